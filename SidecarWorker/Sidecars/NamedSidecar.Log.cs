namespace Sidecar.SidecarWorker.Sidecars;

internal sealed partial class NamedSidecar
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Sidecar {Name}: {Reason}. It is started again in {Seconds:0.##} s.")]
        public static partial void Ended(ILogger logger, string name, string reason, double seconds);

        [LoggerMessage(2, LogLevel.Error, "Sidecar {Name}: {Reason}. It was restarted {Restarts} times within its window and is left alone now.")]
        public static partial void GivenUp(ILogger logger, string name, string reason, int restarts);

        [LoggerMessage(3, LogLevel.Error, "Sidecar {Name}: its processes {ProcessIds} could not be ended; it is left alone now.")]
        public static partial void NotGone(ILogger logger, string name, string processIds);

        [LoggerMessage(4, LogLevel.Error, "Sidecar {Name}: supervising it failed; it is tried again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception, string name);
    }
}
