namespace Sidecar.Supervision.Probing;

/// <summary>Asks a program whether it is well. The answer must come from the program's own code.</summary>
public interface IProbe
{
    /// <summary>One question. Does not throw for what the program does or fails to do.</summary>
    /// <param name="cancellationToken">Cancelled when the answer is late or no longer wanted.</param>
    /// <returns>Null when the program is well, else what is wrong.</returns>
    Task<string?> AskAsync(CancellationToken cancellationToken);
}

/// <summary>What every use of a probe needs.</summary>
public static class ProbeExtensions
{
    /// <summary>
    /// One question that is answered, or counts as unanswered, within <paramref name="deadline"/>; at once when nothing is left of it, as of the
    /// start-up time of a program on a machine on which the asker comes late.
    /// </summary>
    /// <returns>Null when the program is well, else what is wrong.</returns>
    /// <exception cref="OperationCanceledException">The caller no longer wants the answer.</exception>
    public static async Task<string?> AskAsync(this IProbe probe, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(deadline > TimeSpan.Zero ? deadline : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var problem = await probe.AskAsync(either.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return problem;
    }
}
