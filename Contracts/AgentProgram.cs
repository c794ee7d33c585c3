namespace Sidecar.Contracts;

/// <summary>The program that runs turns, as the worker would start it now.</summary>
/// <param name="Command">As it is configured.</param>
/// <param name="Path">Where it was found; null when there is none that can be executed.</param>
public sealed record AgentProgram(string Command, string? Path)
{
    /// <summary>
    /// Where it was looked for, at most 64: the folders of the worker's <c>PATH</c>, or the path that <see cref="Command"/> is. Null from a worker
    /// that does not say.
    /// </summary>
    public IReadOnlyList<string>? Searched { get; init; }
}
