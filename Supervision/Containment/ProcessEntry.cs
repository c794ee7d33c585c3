namespace Sidecar.Supervision.Containment;

/// <summary>One process as the system showed it at one moment.</summary>
/// <param name="Identity">Which run of which process.</param>
/// <param name="ParentId">The parent's process id.</param>
/// <param name="IsDead">It has ended and only waits to be reaped.</param>
/// <param name="ResidentBytes">Memory that it holds in RAM, shared pages included.</param>
/// <param name="ProcessorTime">What it has used since it was started, in user and in system mode.</param>
internal readonly record struct ProcessEntry(
    ProcessIdentity Identity, int ParentId, bool IsDead, long ResidentBytes, TimeSpan ProcessorTime);
