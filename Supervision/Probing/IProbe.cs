namespace Sidecar.Supervision.Probing;

/// <summary>Asks a program whether it is well. The answer must come from the program's own code.</summary>
public interface IProbe
{
    /// <summary>One question. Does not throw for what the program does or fails to do.</summary>
    /// <param name="cancellationToken">Cancelled when the answer is late or no longer wanted.</param>
    /// <returns>Null when the program is well, else what is wrong.</returns>
    Task<string?> AskAsync(CancellationToken cancellationToken);
}
