using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>What the REST surface asks of live sessions and their agents.</summary>
internal sealed class AgentQueries(LiveSessionRegistry sessions, AgentRecovery recovery)
{
    // Waited for once: without a worker no later question is to hang as long as the first.
    private readonly Lazy<Task> _recovered = new(() => recovery.WaitAsync(resumes: false, CancellationToken.None).AsTask());

    /// <summary>What a session does; null when it is not live.</summary>
    public async Task<LiveActivity?> ActivityAsync(string sessionId, CancellationToken cancellationToken)
    {
        await _recovered.Value.WaitAsync(cancellationToken); // bounded by itself
        if (sessions.FindLive(sessionId) is not { } session)
        {
            return null;
        }

        lock (session.Gate)
        {
            var run = session.Agent.Current;
            return new LiveActivity(
                session.Turns.Any,
                session.Turns.Any || run is { SaysItWorks: true } || session.BackgroundTasks.Running.Count > 0,
                session.Stop.IsPending || (!session.Turns.Any && session.Turns.LastOutcome == MessageOutcome.Stopped),
                session.Turns.LastOutcome == MessageOutcome.Failed,
                session.Prompts.Count > 0,
                run?.Work ?? AgentWork.Thinking);
        }
    }

    /// <summary>The agent that runs for a session; null when none does.</summary>
    public async Task<QueriedAgent?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        await _recovered.Value.WaitAsync(cancellationToken);
        if (sessions.FindLive(sessionId) is not { } session)
        {
            return null;
        }

        lock (session.Gate)
        {
            return session.Agent.Current is { } run ? new QueriedAgent(session, run, run.Init, run.PermissionMode, run.WorkDir) : null;
        }
    }
}

/// <param name="HasTurn">A turn is open.</param>
/// <param name="Works">A turn, the agent by its own word, or a task in the background goes on.</param>
/// <param name="IsStopped">A person has stopped it, and nothing was begun since.</param>
/// <param name="HasFailed">The last turn ended with an error.</param>
/// <param name="IsAsking">A permission prompt is open.</param>
/// <param name="Work">What the agent does in the turn.</param>
internal sealed record LiveActivity(bool HasTurn, bool Works, bool IsStopped, bool HasFailed, bool IsAsking, AgentWork Work);

/// <summary>A running agent that can be asked.</summary>
/// <param name="session">Its session.</param>
/// <param name="run">Which run it is.</param>
/// <param name="init">What it said of itself; undefined when it has said nothing yet.</param>
/// <param name="permissionMode">The mode that it runs in.</param>
/// <param name="workDir">The directory that it works in.</param>
internal sealed class QueriedAgent(LiveSession session, AgentRun run, JsonElement init, string? permissionMode, string? workDir)
{
    public JsonElement Init => init;

    public string? PermissionMode => permissionMode;

    public string? WorkDir => workDir;

    /// <summary>Sends a control request and waits for the answer.</summary>
    /// <param name="subtype">What is asked.</param>
    /// <param name="members">Writes what the request has beside its subtype.</param>
    /// <param name="patience">How long to wait; null for <c>Sidecar:Live:ControlTimeout</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ControlAnswer> AskAsync(
        string subtype, Action<Utf8JsonWriter>? members, TimeSpan? patience, CancellationToken cancellationToken) =>
        session.Controls.AskAsync(session.Agent, run, subtype, members, patience, cancellationToken);
}
