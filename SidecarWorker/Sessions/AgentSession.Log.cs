namespace Sidecar.SidecarWorker.Sessions;

internal sealed partial class AgentSession
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {SessionId}: agent process {ProcessId} started (resume: {Resume}).")]
        public static partial void Started(ILogger logger, Guid sessionId, int processId, bool resume);

        // 2 and 3 are in AgentRunEnd.
    }
}
