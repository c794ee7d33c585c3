namespace Sidecar.SessionApi.Live;

internal sealed partial class LiveConnection
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A client reads too slowly: {QueuedBytes} bytes wait for it. It is closed.")]
        public static partial void SlowConsumer(ILogger logger, long queuedBytes);

        [LoggerMessage(2, LogLevel.Debug, "A client socket ended: {Reason}")]
        public static partial void Aborted(ILogger logger, string reason);
    }
}
