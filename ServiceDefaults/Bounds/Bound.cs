namespace Sidecar.ServiceDefaults.Bounds;

/// <summary>Something that grows with use and must not grow past a limit: how much of it there is, may be and was at most.</summary>
/// <param name="name">Such as <c>live.sockets</c>: lower case, parts separated by dots, without its unit.</param>
/// <param name="unit">UCUM, with annotations for things: <c>By</c>, <c>{socket}</c>.</param>
/// <param name="description">What is counted, in a sentence.</param>
/// <param name="limit">How much there may be.</param>
public sealed class Bound(string name, string unit, string description, long limit)
{
    private long _used;
    private long _peak;

    public string Name => name;

    public string Unit => unit;

    public string Description => description;

    /// <summary>How much there may be.</summary>
    public long Limit => limit;

    /// <summary>How much there is.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>The most that there was since the process began.</summary>
    public long Peak => Volatile.Read(ref _peak);

    /// <summary>Counts an amount, over the limit too: for what is evicted afterwards.</summary>
    public void Add(long amount) => RaisePeak(Interlocked.Add(ref _used, amount));

    /// <summary>Counts an amount if it fits. False, and nothing counted, when it does not.</summary>
    public bool TryAdd(long amount)
    {
        var used = Used;
        while (used + amount <= limit)
        {
            var seen = Interlocked.CompareExchange(ref _used, used + amount, used);
            if (seen == used)
            {
                RaisePeak(used + amount);
                return true;
            }

            used = seen;
        }

        return false;
    }

    /// <summary>Gives back what was counted.</summary>
    public void Remove(long amount) => Interlocked.Add(ref _used, -amount);

    private void RaisePeak(long used)
    {
        var peak = Peak;
        while (used > peak)
        {
            peak = Interlocked.CompareExchange(ref _peak, used, peak);
        }
    }
}
