using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.Subagents;

/// <summary>Finds the agents that a session started, by the tool use that started them or by their own id.</summary>
internal sealed class SubagentFinder(TranscriptStore store, TranscriptRoot root, AgentQueries agents)
{
    /// <summary>Null when the session has no such tool use. An agent's own agents are named <c>&lt;tool use&gt;/&lt;agent&gt;/&lt;tool use&gt;</c>.</summary>
    public async Task<FoundSubagent?> ByToolAsync(TranscriptLocation session, string toolUseId, string? taskId, CancellationToken cancellationToken)
    {
        var parts = toolUseId.Split('/');
        var own = parts[^1];
        var parent = parts.Length >= 3 ? SubagentTranscript.Find(session, root, parts[^2])?.Path : session.CurrentPath;
        if (parent is null || own.Length == 0)
        {
            return null;
        }

        var record = await SubagentRecord.ReadAsync(parent, own, taskId, cancellationToken);
        var transcript = SubagentTranscript.FindAll(session, root).LastOrDefault(known => known.ToolUseId == own);
        return transcript is null && !record.IsKnown && !record.HasMessages
            ? null
            : await FoundAsync(session, toolUseId, transcript, parent, record, taskId, cancellationToken);
    }

    /// <summary>Null when the session has no such agent.</summary>
    public async Task<FoundSubagent?> ByAgentAsync(TranscriptLocation session, string agentId, CancellationToken cancellationToken)
    {
        if (SubagentTranscript.Find(session, root, agentId) is not { } transcript)
        {
            return null;
        }

        var record = await SubagentRecord.ReadAsync(session.CurrentPath, transcript.ToolUseId, agentId, cancellationToken);
        return await FoundAsync(session, transcript.ToolUseId, transcript, session.CurrentPath, record, taskId: null, cancellationToken);
    }

    /// <summary>The session's transcript; null when there is none.</summary>
    public TranscriptLocation? Locate(string sessionId) => store.Locate(sessionId);

    private async Task<FoundSubagent> FoundAsync(
        TranscriptLocation session,
        string toolUseId,
        SubagentTranscript? transcript,
        string parent,
        SubagentRecord record,
        string? taskId,
        CancellationToken cancellationToken)
    {
        var isLive = await agents.ActivityAsync(session.SessionId, cancellationToken) is { Works: true };
        var status = record.Notification?.Status ?? record.HasFailed switch
        {
            true => "failed",
            false => "completed",
            null => isLive ? "running" : "unknown",
        };
        return new FoundSubagent(
            session.SessionId,
            toolUseId,
            transcript?.AgentId,
            taskId,
            transcript?.Path ?? parent,
            transcript is not null,
            record,
            status,
            CanTakeMessages: status == "running");
    }
}
