namespace Sidecar.Supervision.Containment;

/// <summary>What a child and everything it started use together at one moment.</summary>
/// <param name="Processes">How many of them live.</param>
/// <param name="ResidentBytes">Their memory in RAM; a page that they share counts for each.</param>
/// <param name="ProcessorTime">What the living have used since their start. It falls when a member ends.</param>
public readonly record struct TreeUsage(int Processes, long ResidentBytes, TimeSpan ProcessorTime);
