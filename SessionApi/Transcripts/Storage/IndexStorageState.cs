namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>Whether the index is kept on disk, and if not, why.</summary>
internal enum IndexStorageKind
{
    /// <summary>It was not opened yet.</summary>
    Starting,

    /// <summary>It is read and written.</summary>
    Used,

    /// <summary>The configuration says that nothing is kept.</summary>
    Off,

    /// <summary>Another process writes it.</summary>
    UsedElsewhere,

    /// <summary>A later program wrote it.</summary>
    NewerSchema,

    /// <summary>It cannot be opened or written; that is tried again.</summary>
    Unavailable,
}

/// <param name="Kind">What it is.</param>
/// <param name="Sentence">The same for a person, with the reason.</param>
/// <param name="DatabaseBytes">Size of the database.</param>
/// <param name="WalBytes">Size of its write-ahead log.</param>
internal sealed record IndexStorageState(IndexStorageKind Kind, string Sentence, long DatabaseBytes = 0, long WalBytes = 0);
