using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Sidecar.ServiceDefaults.Telemetry;

/// <summary>
/// How late this process runs what is due: once a second a timer, and a work item of the thread pool behind it. It is what the delay of an
/// event loop is elsewhere: requests, sockets and timers all wait as long. A process that is well is late by less than 20 ms.
/// </summary>
public sealed class SchedulingLatency : BackgroundService, IThreadPoolWorkItem
{
    /// <summary>The meter of its instruments.</summary>
    public const string MeterName = "Sidecar.Scheduling";

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const int Kept = 2 * 300; // five minutes of both kinds
    private const long None = -1;

    // From less than the clock of a timer can tell to longer than any probe waits.
    private static readonly double[] Boundaries = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    private static readonly KeyValuePair<string, object?> Timer = new("kind", "timer");
    private static readonly KeyValuePair<string, object?> WorkItem = new("kind", "work_item");

    private readonly TimeProvider _time;
    private readonly Histogram<double> _delay;
    private readonly Lock _gate = new();
    private readonly Queue<TimeSpan> _recent = new(Kept);
    private TimeSpan _longestSinceTaken;
    private long _timerDue = None;
    private long _queuedAt = None;

    public SchedulingLatency(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _delay = meter.CreateHistogram(
            "sidecar.scheduling.delay",
            "s",
            "Time between due and run: of a timer, and of a work item of the thread pool.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries });
        meter.CreateObservableGauge(
            "sidecar.scheduling.overdue", ObserveOverdue, "s", "How long what is due now has waited: shows a stall that has not ended.");
    }

    /// <summary>How long the timer or the work item that is due has waited; zero when nothing is due. Can be asked from any thread.</summary>
    public TimeSpan Overdue
    {
        get
        {
            var timer = Since(Volatile.Read(ref _timerDue));
            var item = Since(Volatile.Read(ref _queuedAt));
            return timer > item ? timer : item;
        }
    }

    /// <summary>The longest delay of the last five minutes, what is overdue now included.</summary>
    public TimeSpan Longest
    {
        get
        {
            lock (_gate)
            {
                return _recent.Append(Overdue).Max();
            }
        }
    }

    /// <summary>The longest delay since the last call, what is overdue now included. For one reader: what it took, another does not see.</summary>
    public TimeSpan TakeLongest()
    {
        lock (_gate)
        {
            var overdue = Overdue;
            var longest = _longestSinceTaken > overdue ? _longestSinceTaken : overdue;
            _longestSinceTaken = TimeSpan.Zero;
            return longest;
        }
    }

    /// <summary>The work item has its turn.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        Record(Since(_queuedAt), WorkItem);
        Volatile.Write(ref _queuedAt, None);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Volatile.Write(ref _timerDue, _time.GetTimestamp() + (long)(Interval.TotalSeconds * _time.TimestampFrequency));
            await Task.Delay(Interval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                Record(Since(_timerDue), Timer);
                Queue();
            }
        }

        Volatile.Write(ref _timerDue, None);
    }

    /// <summary>One work item at a time: a stalled pool must not gather more.</summary>
    private void Queue()
    {
        if (_queuedAt == None)
        {
            Volatile.Write(ref _queuedAt, _time.GetTimestamp());
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>
    /// On the thread of an exporter, which is none of the pool's. A stall that goes on is recorded here, each time with how long it has lasted:
    /// who waits for the item itself hears of the stall when it is over.
    /// </summary>
    private double ObserveOverdue()
    {
        RecordStall(Since(Volatile.Read(ref _timerDue)), Timer);
        RecordStall(Since(Volatile.Read(ref _queuedAt)), WorkItem);
        return Overdue.TotalSeconds;

        void RecordStall(TimeSpan waited, KeyValuePair<string, object?> kind)
        {
            if (waited >= Interval)
            {
                _delay.Record(waited.TotalSeconds, kind);
            }
        }
    }

    private TimeSpan Since(long timestamp)
    {
        var since = timestamp == None ? TimeSpan.Zero : _time.GetElapsedTime(timestamp);
        return since > TimeSpan.Zero ? since : TimeSpan.Zero;
    }

    private void Record(TimeSpan delay, KeyValuePair<string, object?> kind)
    {
        _delay.Record(delay.TotalSeconds, kind);
        lock (_gate)
        {
            if (_recent.Count == Kept)
            {
                _recent.Dequeue();
            }

            _recent.Enqueue(delay);
            _longestSinceTaken = delay > _longestSinceTaken ? delay : _longestSinceTaken;
        }
    }
}
