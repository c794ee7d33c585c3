namespace Sidecar.SessionApi.Transcripts.Storage;

internal sealed partial class IndexStorage
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Transcripts} transcripts are known from the stored index, after {Milliseconds} ms.")]
        public static partial void Loaded(ILogger logger, int transcripts, long milliseconds);

        [LoggerMessage(2, LogLevel.Warning, "The index {Path} is damaged. It is now {Damaged}, and a new one is built.")]
        public static partial void Damaged(ILogger logger, string path, string damaged, Exception exception);
    }
}
