namespace Sidecar.Contracts;

/// <summary>What grows with use in the worker.</summary>
/// <param name="Limits">By name.</param>
public sealed record WorkerLimits(IReadOnlyList<WorkerLimit> Limits);

/// <summary>One thing that grows with use.</summary>
/// <param name="Name">Such as <c>agent.sessions</c>.</param>
/// <param name="Unit">UCUM: <c>By</c>, <c>{session}</c>.</param>
/// <param name="Description">What is counted.</param>
/// <param name="Used">How much there is.</param>
/// <param name="Limit">How much there may be.</param>
/// <param name="Peak">The most that there was since the worker began.</param>
public sealed record WorkerLimit(string Name, string Unit, string Description, long Used, long Limit, long Peak);
