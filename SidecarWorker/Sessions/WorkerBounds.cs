using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>What grows with use in the worker.</summary>
internal sealed class WorkerBounds(BoundRegistry bounds, IOptions<AgentOptions> options)
{
    /// <summary>Sessions, running or ended.</summary>
    public Bound Sessions { get; } = bounds.Add("agent.sessions", "{session}", "Sessions held, running or ended.", options.Value.MaxSessions);

    /// <summary>Agent processes.</summary>
    public Bound Processes { get; } = bounds.Add("agent.processes", "{process}", "Agent CLIs that run.", options.Value.MaxProcesses);

    /// <summary>Bytes of events.</summary>
    public Bound RetainedBytes { get; } =
        bounds.Add("agent.retained_bytes", "By", "Events kept for readers that come back, of all sessions.", options.Value.RetainedTotalBytes);

    /// <summary>Uuids of messages.</summary>
    public Bound RecentUuids { get; } = bounds.Add(
        "agent.recent_uuids",
        "{uuid}",
        "Messages by whose uuid one that comes again is known, of all running agents.",
        (long)options.Value.RecentUuids * options.Value.MaxProcesses);
}
