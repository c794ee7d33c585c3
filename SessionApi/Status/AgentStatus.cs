using Sidecar.Contracts;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Status;

/// <summary>One agent process.</summary>
/// <param name="SessionId">Whose.</param>
/// <param name="Title">The session's; null for one that is not in the list.</param>
/// <param name="WorkDir">The directory that it was started in.</param>
/// <param name="State"><c>running</c> or <c>stopping</c>.</param>
/// <param name="Turn"><c>idle</c>, <c>working</c>, <c>waiting</c> or <c>stalled</c>; null when the worker does not say.</param>
/// <param name="Pid">Its process id.</param>
/// <param name="MemoryBytes">With all that it started, as seen within the last seconds; null until then.</param>
/// <param name="Processes">How many processes those are.</param>
/// <param name="StartedAt">When it began.</param>
internal sealed record AgentStatus(
    string SessionId,
    string? Title,
    string WorkDir,
    string State,
    string? Turn,
    int? Pid,
    long? MemoryBytes,
    int? Processes,
    DateTimeOffset StartedAt);

/// <param name="Agents">Those with most memory first.</param>
/// <param name="WorkerReachable">Whether the worker answered; without it nobody knows of agents.</param>
internal sealed record AgentStatusList(IReadOnlyList<AgentStatus> Agents, bool WorkerReachable);

/// <summary>Asks the worker for its agents, and the catalogue for their titles.</summary>
internal sealed class AgentStatusSource(WorkerClient worker, SessionCatalog catalog, TimeProvider time)
{
    private const int MaxListed = 500;

    public async Task<AgentStatusList> NowAsync(CancellationToken cancellationToken)
    {
        var list = await WorkerQuestion.AskAsync(worker.ListAsync, time, cancellationToken);
        return list is null
            ? new AgentStatusList([], WorkerReachable: false)
            : new AgentStatusList(
                [
                    .. list.Sessions
                        .Where(session => session.State != AgentState.Ended)
                        .OrderByDescending(session => session.MemoryBytes ?? 0)
                        .ThenBy(session => session.SessionId, StringComparer.Ordinal)
                        .Take(MaxListed)
                        .Select(Of),
                ],
                WorkerReachable: true);
    }

    private AgentStatus Of(AgentSession session) => new(
        session.SessionId,
        catalog.TitleOf(session.SessionId),
        session.Launch.WorkDir,
        session.State == AgentState.Stopping ? "stopping" : "running",
        session.Turn switch
        {
            AgentTurnState.Idle => "idle",
            AgentTurnState.Working => "working",
            AgentTurnState.Waiting => "waiting",
            AgentTurnState.Stalled => "stalled",
            _ => null,
        },
        session.ProcessId,
        session.MemoryBytes,
        session.Processes,
        session.StartedAt);
}
