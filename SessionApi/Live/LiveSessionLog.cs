namespace Sidecar.SessionApi.Live;

/// <summary>The log events of live sessions. Ids are never used again.</summary>
internal static partial class LiveSessionLog
{
    [LoggerMessage(1, LogLevel.Information, "Session {SessionId}: the agent is stopped because {Reason}.")]
    public static partial void StoppedUnattended(ILogger logger, string sessionId, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Session {SessionId}: the agent did not heed an interrupt within {Seconds:0.#} s and is killed.")]
    public static partial void InterruptIgnored(ILogger logger, string sessionId, double seconds);

    [LoggerMessage(3, LogLevel.Warning, "Session {SessionId}: the answer to permission request {RequestId} did not reach the agent: {Reason}")]
    public static partial void AnswerFailed(ILogger logger, string sessionId, string requestId, string reason);

    [LoggerMessage(4, LogLevel.Error, "Session {SessionId}: a turn failed.")]
    public static partial void TurnFailed(ILogger logger, Exception exception, string sessionId);

    [LoggerMessage(5, LogLevel.Warning, "Session {SessionId}: the agent ended unexpectedly with code {ExitCode}. Last output: {LastOutput}")]
    public static partial void AgentEnded(ILogger logger, string sessionId, int exitCode, string lastOutput);

    [LoggerMessage(6, LogLevel.Warning, "Session {SessionId}: the turn's last message was not in the transcript after {Milliseconds:0} ms.")]
    public static partial void NotDurable(ILogger logger, string sessionId, double milliseconds);

    [LoggerMessage(7, LogLevel.Warning, "Session {SessionId}: events of the agent are missing: this process was too slow.")]
    public static partial void EventsMissing(ILogger logger, string sessionId);

    [LoggerMessage(8, LogLevel.Error, "Session {SessionId}: changing the agent's {What} failed.")]
    public static partial void ChangeFailed(ILogger logger, Exception exception, string sessionId, string what);

    [LoggerMessage(9, LogLevel.Warning, "Session {SessionId}: starting the agent ahead of its first message failed: {Reason}")]
    public static partial void PrewarmFailed(ILogger logger, string sessionId, string reason);

    [LoggerMessage(10, LogLevel.Information, "Session {SessionId}: took over the running agent, process {ProcessId}.")]
    public static partial void Adopted(ILogger logger, string sessionId, int? processId);

    [LoggerMessage(11, LogLevel.Warning, "The worker's sessions could not be taken over: {Reason} It is tried again.")]
    public static partial void RecoveryFailed(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Error, "Session {SessionId}: a client's message could not be handled.")]
    public static partial void MessageFailed(ILogger logger, Exception exception, string sessionId);

    [LoggerMessage(21, LogLevel.Error, "Session {SessionId}: its conversation could not be cleared.")]
    public static partial void ClearFailed(ILogger logger, Exception exception, string sessionId);

    [LoggerMessage(22, LogLevel.Information, "Session {SessionId}: a lock that no process held was removed; the agent is started again.")]
    public static partial void StaleLockRemoved(ILogger logger, string sessionId);

    [LoggerMessage(23, LogLevel.Warning, "Session {SessionId}: its {What} was not changed: too many changes of its agent wait for one another.")]
    public static partial void TooManyChanges(ILogger logger, string sessionId, string what);
}
