using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Live;

/// <summary>What of live sessions grows with use, each with its limit and its gauges.</summary>
internal sealed class LiveBounds(BoundRegistry bounds, IOptions<LiveOptions> configured)
{
    public Bound Sessions { get; } = bounds.Add(
        "live.sessions", "{session}", "Sessions that have a client or a running agent.", configured.Value.MaxSessions);

    public Bound Sockets { get; } = bounds.Add("live.sockets", "{socket}", "Open client sockets.", configured.Value.MaxSockets);

    public Bound QueuedBytes { get; } = bounds.Add(
        "live.queued_bytes", "By", "Frames that wait for clients, of all sockets together.", configured.Value.MaxQueuedTotalBytes);

    public Bound Prompts { get; } = bounds.Add(
        "live.prompts",
        "{prompt}",
        "Permission prompts that nobody has answered, of all sessions together.",
        (long)configured.Value.MaxPrompts * configured.Value.MaxSessions);

    public Bound ControlRequests { get; } = bounds.Add(
        "live.control_requests",
        "{request}",
        "Requests to agents that wait for an answer, of all sessions together.",
        (long)configured.Value.MaxControlRequests * configured.Value.MaxSessions);

    public Bound Transitions { get; } = bounds.Add(
        "live.transitions",
        "{step}",
        "Starts, stops and changes of agents that wait for one another, of all sessions together.",
        (long)configured.Value.MaxTransitions * configured.Value.MaxSessions);

    public Bound RetainedBytes { get; } = bounds.Add(
        "live.retained_bytes", "By", "Frames kept for clients that come back, of all sessions together.", configured.Value.MaxRetainedTotalBytes);

    public Bound Receipts { get; } = bounds.Add(
        "live.receipts",
        "{message}",
        "Messages that are remembered by the id that a client gave them, of all sessions together.",
        (long)configured.Value.MaxReceipts * configured.Value.MaxSessions);

    public Bound DeletedSessions { get; } = bounds.Add(
        "live.deleted_sessions",
        "{session}",
        "Deleted sessions that are remembered, so that no client starts them again.",
        configured.Value.MaxDeletedSessions);
}
