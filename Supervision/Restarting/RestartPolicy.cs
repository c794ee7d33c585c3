namespace Sidecar.Supervision.Restarting;

/// <summary>What to do with a program that ended.</summary>
/// <param name="Delay">How long to wait before it is started again; null when it has used up its budget and is left alone.</param>
/// <param name="RestartsInWindow">How many restarts there were within the window, this one included.</param>
public readonly record struct RestartDecision(TimeSpan? Delay, int RestartsInWindow)
{
    /// <summary>The circuit is open: the program is left alone until somebody closes it.</summary>
    public bool GivesUp => Delay is null;
}

/// <summary>
/// Decides about restarts: exponential back-off with jitter, from the beginning after a healthy run, within a budget. Does nothing itself and
/// knows no clock: everything comes in as a value. Not for concurrent use.
/// </summary>
/// <param name="options">The figures.</param>
/// <param name="random">For the jitter, which keeps programs that fell together from starting together.</param>
public sealed class RestartPolicy(RestartOptions options, Random random)
{
    private const double Jitter = 0.2;

    private readonly Queue<DateTimeOffset> _restarts = new();
    private int _failuresInARow;

    /// <summary>Decides about a run that ended.</summary>
    /// <param name="endedAt">When it ended.</param>
    /// <param name="lasted">How long it was healthy.</param>
    public RestartDecision Next(DateTimeOffset endedAt, TimeSpan lasted)
    {
        if (RestartsInWindow(endedAt) >= options.Budget)
        {
            return new RestartDecision(null, _restarts.Count);
        }

        _restarts.Enqueue(endedAt);
        _failuresInARow = lasted >= options.HealthyAfter ? 1 : _failuresInARow + 1;
        return new RestartDecision(Delay(), _restarts.Count);
    }

    /// <summary>How many restarts there were within the window that ends now.</summary>
    public int RestartsInWindow(DateTimeOffset now)
    {
        while (_restarts.TryPeek(out var oldest) && now - oldest > options.Window)
        {
            _restarts.Dequeue();
        }

        return _restarts.Count;
    }

    /// <summary>Closes the circuit: the program begins with a full budget.</summary>
    public void Reset()
    {
        _restarts.Clear();
        _failuresInARow = 0;
    }

    private TimeSpan Delay()
    {
        // The exponent is capped before the power is taken: after many failures the double would overflow the time span.
        var doubled = options.InitialDelay * Math.Pow(2, Math.Min(_failuresInARow - 1, 30));
        var capped = doubled < options.MaxDelay ? doubled : options.MaxDelay;
        return capped * (1 + (Jitter * ((random.NextDouble() * 2) - 1)));
    }
}
