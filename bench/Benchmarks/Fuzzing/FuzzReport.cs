using System.Collections.Concurrent;
using System.Diagnostics;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>What became of the inputs of one kind. For several lanes at once.</summary>
/// <param name="kind">The kind.</param>
/// <param name="inputs">How many are to be sent.</param>
/// <param name="mebibytes">The memory of whoever takes them.</param>
internal sealed class FuzzReport(string kind, int inputs, Func<double> mebibytes)
{
    private const int MaxFaults = 20;

    // What is kept at the first inputs (caches, pools, compiled code) is no growth; what is added from then on is.
    private const int WarmUpShare = 5;
    private const double MaxGrowthMebibytes = 24;

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Lock _gate = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private TimeSpan _slowest;
    private TimeSpan _took;
    private double _warm;
    private double _end;
    private int _done;

    public IEnumerable<string> Faults => _faults;

    public bool IsWell => _faults.IsEmpty && _slowest <= MaxTime && _end - _warm <= MaxGrowthMebibytes;

    /// <summary>Whether another input is wanted; it is counted as sent.</summary>
    public bool TryNext(out int number)
    {
        number = Interlocked.Increment(ref _done);
        if (number == inputs / WarmUpShare)
        {
            _warm = mebibytes();
        }

        return number <= inputs && _faults.Count < MaxFaults;
    }

    /// <summary>An answer took this long.</summary>
    public void Took(TimeSpan time, Func<string> input)
    {
        lock (_gate)
        {
            _slowest = time > _slowest ? time : _slowest;
        }

        if (time > MaxTime)
        {
            Fault($"{time.TotalMilliseconds:0} ms: {input()}");
        }
    }

    public void Fault(string what) => _faults.Enqueue(what);

    /// <summary>All were sent.</summary>
    public FuzzReport End()
    {
        _took = Stopwatch.GetElapsedTime(_startedAt);
        _end = mebibytes();
        return this;
    }

    public override string ToString() =>
        $"{kind}: {Math.Min(_done, inputs):n0} inputs in {_took.TotalSeconds:0} s, {_faults.Count} faults, slowest {_slowest.TotalMilliseconds:0} ms, " +
        $"memory after a fifth {_warm:0.0} MiB, at the end {_end:0.0} MiB";
}
