namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>What is told about the stored index: its state, its size, and a line in the log when it is not kept.</summary>
internal sealed partial class IndexStorageStatus(IndexFiles files, TranscriptMetrics metrics, ILogger<IndexStorageStatus> logger)
{
    private IndexStorageState _current = new(IndexStorageKind.Starting, "Nothing was stored yet.");

    /// <summary>Asks no file system, so that every list request may.</summary>
    public IndexStorageState Current => Volatile.Read(ref _current);

    public void Become(IndexStorageKind kind, string sentence)
    {
        // Once, not at each further attempt.
        var before = Current.Kind;
        if (before != kind && kind is IndexStorageKind.UsedElsewhere or IndexStorageKind.NewerSchema or IndexStorageKind.Unavailable)
        {
            Log.NotKept(logger, sentence);
        }
        else if (kind is IndexStorageKind.Used && before is IndexStorageKind.UsedElsewhere or IndexStorageKind.Unavailable)
        {
            Log.KeptAgain(logger, files.Directory);
        }

        Volatile.Write(ref _current, new IndexStorageState(kind, sentence));
    }

    public void Measure()
    {
        var (database, log) = files.Sizes();
        Volatile.Write(ref _current, Current with { DatabaseBytes = database, WalBytes = log });
        metrics.IndexMeasured(database, log);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Sentence}")]
        public static partial void NotKept(ILogger logger, string sentence);

        [LoggerMessage(2, LogLevel.Information, "The index is kept again, in {Directory}.")]
        public static partial void KeptAgain(ILogger logger, string directory);
    }
}
