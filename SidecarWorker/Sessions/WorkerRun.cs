using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Reaping;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>This life of the worker.</summary>
internal sealed class WorkerRun
{
    /// <summary>The variable by which the processes of agents are known.</summary>
    public const string MarkerName = "SIDECAR_RUN";

    private readonly ProcessOwner _owner = ProcessOwner.Current();
    private int _children;

    /// <summary>New at every start.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("n");

    /// <summary>A marker for the next child, which also says who owns it.</summary>
    public ProcessMarker NextMarker() => _owner.Marker(MarkerName, $"{Id}.{Interlocked.Increment(ref _children)}");
}
