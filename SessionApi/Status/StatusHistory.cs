using System.Diagnostics;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Feed;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Sessions;

namespace Sidecar.SessionApi.Status;

/// <summary>What this process cost at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="ResidentBytes">What the system counts.</param>
/// <param name="ManagedBytes">Objects, including those that are not needed any more and not yet collected.</param>
/// <param name="CacheBytes">Kept pages of the session list, and frames kept for clients that come back.</param>
/// <param name="DelayMs">The longest time between due and run since the sample before.</param>
/// <param name="LiveSessions">Sessions that have a client or a running agent.</param>
/// <param name="Sockets">Open client sockets, those of the feed included.</param>
internal sealed record StatusSample(
    DateTimeOffset At, long ResidentBytes, long ManagedBytes, long CacheBytes, double DelayMs, long LiveSessions, long Sockets);

/// <param name="IntervalSeconds">The time between two samples.</param>
/// <param name="Samples">Oldest first.</param>
internal sealed record StatusSamples(int IntervalSeconds, IReadOnlyList<StatusSample> Samples);

/// <summary>Remembers what this process cost in the last quarter of an hour.</summary>
internal sealed partial class StatusHistory(
    SchedulingLatency latency, SessionPages pages, LiveBounds live, SessionFeed feed, TimeProvider time, ILogger<StatusHistory> logger)
    : BackgroundService
{
    /// <summary>The time between two samples.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How many are kept.</summary>
    public const int MaxSamples = 180;

    private readonly Lock _gate = new();
    private readonly Queue<StatusSample> _samples = new(MaxSamples);

    public StatusSamples All
    {
        get
        {
            lock (_gate)
            {
                return new StatusSamples((int)Interval.TotalSeconds, [.. _samples]);
            }
        }
    }

    /// <summary>Takes one sample.</summary>
    public void Sample()
    {
        try
        {
            using var self = Process.GetCurrentProcess();
            var sample = new StatusSample(
                time.GetUtcNow(),
                self.WorkingSet64,
                GC.GetTotalMemory(forceFullCollection: false),
                pages.Current.Bytes + live.RetainedBytes.Used,
                latency.TakeLongest().TotalMilliseconds,
                live.Sessions.Used,
                live.Sockets.Used + feed.Subscribers);
            lock (_gate)
            {
                if (_samples.Count == MaxSamples)
                {
                    _samples.Dequeue();
                }

                _samples.Enqueue(sample);
            }
        }
        catch (Exception exception)
        {
            Log.RoundFailed(logger, exception); // there is a hole, and the next one follows
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            Sample();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "What this process costs could not be told; it is tried again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
