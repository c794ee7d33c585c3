namespace Sidecar.Supervision.Probing;

/// <summary>
/// Output or processor time since the last look. For a program that answers no question and always has something to do: one that merely waits
/// for work cannot be told from one that hangs.
/// </summary>
/// <param name="outputBytes">How many bytes the program has written up to now.</param>
/// <param name="processorTime">What its tree has used up to now. Any change counts: it falls when a member of the tree ends.</param>
public sealed class ProgressProbe(Func<long> outputBytes, Func<TimeSpan> processorTime) : IProbe
{
    private (long OutputBytes, TimeSpan ProcessorTime)? _last;

    /// <inheritdoc/>
    public Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        var now = (outputBytes(), processorTime());
        var moved = _last != now;
        _last = now;
        return Task.FromResult(moved ? null : "it neither wrote anything nor used processor time since the last look");
    }
}
