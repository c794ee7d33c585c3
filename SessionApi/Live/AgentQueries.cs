using System.Text.Json;
using Sidecar.SessionApi.Live.Agents;

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

        return LiveActivity.Of(session);
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
