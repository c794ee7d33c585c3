namespace Sidecar.SessionApi.Search.Index;

internal sealed partial class SearchIndex
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Sentence}")]
        public static partial void NotKept(ILogger logger, string sentence);

        [LoggerMessage(2, LogLevel.Warning, "The search index could not be rewritten; it stays larger than it need be.")]
        public static partial void NotRewritten(ILogger logger, Exception exception);
    }
}
