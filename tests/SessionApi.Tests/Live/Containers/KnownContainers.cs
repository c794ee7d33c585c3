namespace Sidecar.Tests.SessionApi.Live.Containers;

/// <param name="ReleasedBy">Who takes out what was put in.</param>
/// <param name="BoundedBy">What keeps it from growing.</param>
/// <param name="IsSeenFull">The life of a session in <see cref="ContainersTests"/> fills it; else something is in it only for the length of a lock, a send, a step or an event, seen or not.</param>
internal sealed record KnownContainer(string ReleasedBy, string BoundedBy, bool IsSeenFull = true);

/// <summary>Every field of live sessions in which something can gather. A new one needs its line here, and a thought behind it.</summary>
internal static class KnownContainers
{
    public static SortedDictionary<string, KnownContainer> All { get; } = new(StringComparer.Ordinal)
    {
        ["AgentOutput._frames"] = new("each event, at its end", "the frames of one message of the agent", IsSeenFull: false),
        ["AgentOutput._held"] = new("the first message that is given to the agent, or its next run", "the frames of one init message", IsSeenFull: false),
        ["AgentResults._frames"] = new("each event, at its end", "the frames of one message of the agent", IsSeenFull: false),
        ["AgentRun._pastRead"] = new("the run's first event that is no past; its end", "one", IsSeenFull: false),
        ["AgentRuns._open"] = new("the end of the run of an agent, or of the process", "256"),
        ["BackgroundTasks._failures"] = new("the task's end, or the end of the run", "256"),
        ["BackgroundTasks._isAgent"] = new("the same", "1024"),
        ["ControlRequests._waiting"] = new("the answer, its deadline, or the end of the run", "MaxControlRequests"),
        ["DeletedSessions._byId"] = new("the pruning timer, DeletedSessionsLifetime", "MaxDeletedSessions"),
        ["DeletedSessions._oldestFirst"] = new("the same", "MaxDeletedSessions"),
        ["FrameLog._frames"] = new("the end of the session", "MaxRetainedBytes, MaxRetainedTotalBytes"),
        ["FrameStream._connections"] = new("the end of the socket", "MaxSocketsPerSession"),
        ["LiveConnection._closed"] = new("the end of the socket, within 5 s of its close", "one", IsSeenFull: false),
        ["LiveConnection._peerDone"] = new("the same", "one", IsSeenFull: false),
        ["LiveConnection.socket"] = new("the request that accepted it", "MaxSockets"),
        ["LiveSessionLifetime._timer"] = new("the end of the session", "one", IsSeenFull: false),
        ["LiveSessionRegistry._pruning"] = new("the end of the process", "one"),
        ["LiveSessionRegistry._sessions"] = new("the end of the session", "MaxSessions"),
        ["LiveSockets._open"] = new("the end of the socket", "MaxSockets"),
        ["MessageReceipts._turns"] = new("the end of the session", "MaxReceipts"),
        ["ModelOutput._completedTools"] = new("the end of the turn, or of the run", "the tool uses of one turn"),
        ["ModelOutput._current"] = new("the same", "the agents of one turn"),
        ["ModelOutput._streamedMessages"] = new("the same", "the messages of one turn"),
        ["OutboundQueue._frames"] = new("the send, or the end of the socket", "MaxQueuedBytes, MaxQueuedTotalBytes", IsSeenFull: false),
        ["PermissionModeChange._reported"] = new("the end of the change, within twice ControlTimeout", "one", IsSeenFull: false),
        ["PermissionPrompt.Input"] = new("with its prompt", "the worker's longest line"),
        ["PermissionPrompt.Suggestions"] = new("with its prompt", "the worker's longest line"),
        ["PermissionPrompts._open"] = new("the answer, the end of the turn, or of the run", "MaxPrompts"),
        ["RetainedFrames._logs"] = new("the end of the session", "MaxSessions"),
        ["SerialTasks._last"] = new("the last step's end", "MaxTransitions; each step has a deadline", IsSeenFull: false),
        ["SessionAgent._closed"] = new("the end of the session", "one"),
        ["SessionAgent._following"] = new("the end of the run", "one"),
        ["SessionMetaChange.Repository"] = new("the step that records what the agent reports", "no agent reports it", IsSeenFull: false),
        ["StreamedMessage.OpenTools"] = new("the end of the turn, or of the run", "the tool uses of one message"),
        ["StreamedTool._input"] = new("the end of its block, of the turn or of the run", "the longest tool input of the model"),
        ["Turns._ended"] = new("whoever has changed the turns, under the same lock", "Turns._open", IsSeenFull: false),
        ["Turns._open"] = new("the result, the end of the run, or a failed start", "MaxOpenTurns"),
    };
}
