namespace Sidecar.Supervision.Probing;

/// <summary>
/// Asks a program again and again until it has failed so often in a row that it counts as hung. Busy is not dead, and the one who asks can be
/// the sick one: a round in which our own clock came late does not count.
/// </summary>
/// <param name="probe">The question.</param>
/// <param name="options">How often, how long, how many.</param>
/// <param name="time">The clock.</param>
/// <param name="onRound">Hears of every round that counts.</param>
public sealed class ProbeLoop(IProbe probe, ProbeOptions options, TimeProvider time, Action<ProbeRound>? onRound = null)
{
    // 1 s after the first failure, 2 s after the second, up to 5 s; never longer than the healthy interval.
    private const int SlowestRetrySeconds = 5;

    // Late by more than this part of the deadline, our own scheduling is in question.
    private const double TolerableLateness = 0.25;

    private int _failures;

    /// <summary>Failures in a row, up to now.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Runs until the program counts as hung.</summary>
    /// <returns>What was wrong at last.</returns>
    public async Task<string> WaitUntilHungAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        while (true)
        {
            // From question to question: a program that lets every deadline pass is found as soon as one that refuses at once.
            var due = time.GetTimestamp();
            var pause = Max(TimeSpan.Zero, PeriodAfter(_failures) - time.GetElapsedTime(asked));
            await Task.Delay(pause, time, cancellationToken);
            var wasLate = IsLate(time.GetElapsedTime(due), pause);
            asked = time.GetTimestamp();
            if (await AskAsync(wasLate, cancellationToken) is { } hung)
            {
                return hung;
            }
        }
    }

    /// <summary>One round; the loop calls it after each pause.</summary>
    /// <param name="wasLate">Whether the pause before it was longer than it should have been.</param>
    /// <param name="cancellationToken">Ends the round without a result.</param>
    /// <returns>What is wrong when the program counts as hung now, else null.</returns>
    internal async Task<string?> AskAsync(bool wasLate, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        if (await probe.AskAsync(options.ProbeTimeout, time, cancellationToken) is not { } problem)
        {
            _failures = 0;
            onRound?.Invoke(new ProbeRound(time.GetElapsedTime(started), Problem: null, Failures: 0));
            return null;
        }

        if (wasLate || IsLate(time.GetElapsedTime(started), options.ProbeTimeout))
        {
            return null;
        }

        _failures++;
        onRound?.Invoke(new ProbeRound(time.GetElapsedTime(started), problem, _failures));
        return _failures >= options.FailureThreshold ? $"{_failures} probes in a row failed; the last: {problem}" : null;
    }

    private TimeSpan PeriodAfter(int failures)
    {
        var retry = TimeSpan.FromSeconds(Math.Min(failures, SlowestRetrySeconds));
        return failures == 0 || retry > options.ProbeInterval ? options.ProbeInterval : retry;
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private bool IsLate(TimeSpan took, TimeSpan planned) => took > planned + (options.ProbeTimeout * TolerableLateness);
}

/// <summary>One round of a <see cref="ProbeLoop"/>.</summary>
/// <param name="Latency">How long the answer took.</param>
/// <param name="Problem">Null when the program is well, else what is wrong.</param>
/// <param name="Failures">Failures in a row, this one included.</param>
public readonly record struct ProbeRound(TimeSpan Latency, string? Problem, int Failures);
