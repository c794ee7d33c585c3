namespace Sidecar.SidecarWorker.Sidecars;

internal sealed partial class NamedSidecar
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Sidecar {Name}: process {ProcessId} started (port: {Port}).")]
        public static partial void Started(ILogger logger, string name, int? processId, int? port);

        [LoggerMessage(2, LogLevel.Warning, "Sidecar {Name}: {Reason}. It is started again in {Seconds:0.##} s.")]
        public static partial void Ended(ILogger logger, string name, string reason, double seconds);

        [LoggerMessage(3, LogLevel.Error, "Sidecar {Name}: {Reason}. It was restarted {Restarts} times within its window and is left alone now.")]
        public static partial void GivenUp(ILogger logger, string name, string reason, int restarts);

        [LoggerMessage(4, LogLevel.Error, "Sidecar {Name}: processes {ProcessIds} of it could not be ended; it is left alone now.")]
        public static partial void NotGone(ILogger logger, string name, string processIds);

        [LoggerMessage(5, LogLevel.Error, "Sidecar {Name}: supervising it failed; it is tried again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception, string name);

        [LoggerMessage(6, LogLevel.Debug, "Sidecar {Name}: {Line}")]
        public static partial void Output(ILogger logger, string name, string line);
    }
}
