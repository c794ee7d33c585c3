namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>What is counted in a soak.</summary>
internal enum Soaked
{
    Turns,
    TurnsStopped,
    TurnsWithPrompt,
    TurnsResent,
    TurnsNotTaken,
    Frames,
    Pieces,
    Reconnects,
    SlowReaders,
    LongAbsences,
    SlowConsumerCloses,
    Kills,
    Gaps,
    Reloads,

    // From here on nothing may be counted.
    Lost,
    Repeated,
    OutOfOrder,
    Different,
    EndsMissing,
    EndsRepeated,
    TurnsFailed,
    TurnsLost,
    TurnsStuck,
    Errors,
}

/// <summary>The counters of a soak, and the first of what went wrong in words.</summary>
internal sealed class SoakCounts
{
    private const int ShownProblems = 40;

    private readonly long[] _counts = new long[Enum.GetValues<Soaked>().Length];
    private readonly List<string> _problems = [];
    private readonly long _started = TimeProvider.System.GetTimestamp();

    public long this[Soaked what] => Volatile.Read(ref _counts[(int)what]);

    /// <summary>Whether a promise was broken.</summary>
    public bool IsBroken => Enum.GetValues<Soaked>().Any(what => IsForbidden(what) && this[what] > 0);

    public void Add(Soaked what, long amount = 1) => Interlocked.Add(ref _counts[(int)what], amount);

    /// <summary>Counts what must not be, and says where.</summary>
    public void Problem(Soaked what, string where, long amount = 1)
    {
        Add(what, amount);
        lock (_problems)
        {
            if (_problems.Count < ShownProblems)
            {
                _problems.Add($"{TimeProvider.System.GetElapsedTime(_started).TotalSeconds,7:0.0} s  {what}: {where}");
            }
        }
    }

    public void Print()
    {
        lock (_problems)
        {
            _problems.ForEach(Console.WriteLine);
        }

        var all = Enum.GetValues<Soaked>();
        Console.WriteLine(string.Join(", ", all.Where(what => !IsForbidden(what)).Select(Describe)));
        Console.WriteLine(string.Join(", ", all.Where(IsForbidden).Select(Describe)));
    }

    private static bool IsForbidden(Soaked what) => what >= Soaked.Lost;

    private string Describe(Soaked what) => $"{string.Concat(what.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : $"{c}"))} {this[what]}";
}
