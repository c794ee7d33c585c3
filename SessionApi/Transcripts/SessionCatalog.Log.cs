namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class SessionCatalog
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The session catalogue is complete: {Sessions} sessions.")]
        public static partial void Built(ILogger logger, int sessions);

        [LoggerMessage(2, LogLevel.Warning, "The transcript {Path} cannot be read; it is tried again when it changes.")]
        public static partial void Unreadable(ILogger logger, string path, Exception exception);
    }
}
