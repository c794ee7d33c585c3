using Sidecar.Contracts;
using Sidecar.Supervision.Containment;

namespace Sidecar.SidecarWorker.Sessions;

internal sealed partial class AgentSession
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Session {SessionId}: agent process {ProcessId} started (resume: {Resume}).")]
        public static partial void Started(ILogger logger, Guid sessionId, int processId, bool resume);

        [LoggerMessage(2, LogLevel.Information, "Session {SessionId}: agent stopped, level {Level}, in {Milliseconds:F0} ms.")]
        public static partial void Stopped(ILogger logger, Guid sessionId, StopLevel level, double milliseconds);

        [LoggerMessage(3, LogLevel.Information, "Session {SessionId}: agent process {ProcessId} ended with code {ExitCode} (cause: {Cause}).")]
        public static partial void Ended(ILogger logger, Guid sessionId, int processId, int exitCode, AgentExitCause cause);
    }
}
