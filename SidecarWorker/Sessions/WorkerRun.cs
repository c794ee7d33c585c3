using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>This life of the worker.</summary>
internal sealed class WorkerRun
{
    private const string MarkerName = "SIDECAR_RUN";
    private int _children;

    /// <summary>New at every start.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("n");

    /// <summary>A marker for the next child: <c>SIDECAR_RUN=id.number</c>.</summary>
    public ProcessMarker NextMarker() => new(MarkerName, $"{Id}.{Interlocked.Increment(ref _children)}");
}
