namespace Sidecar.Contracts;

/// <summary>The program that runs turns, as the worker would start it now.</summary>
/// <param name="Command">As it is configured.</param>
/// <param name="Path">Where it was found; null when there is none that can be executed.</param>
public sealed record AgentProgram(string Command, string? Path);
