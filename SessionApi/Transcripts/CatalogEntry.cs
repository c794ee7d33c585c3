namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// A transcript in the catalogue. Whoever reads or writes its files holds the gate, and what is published is always what was
/// read last under it. So a scan that began before a write cannot bring back what was there before.
/// </summary>
internal sealed class CatalogEntry(TranscriptLocation location)
{
    public TranscriptLocation Location { get; } = location;

    public TranscriptFile File { get; } = new(location);

    /// <summary>Held around every read and write of the files.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The published row; null before the first read.</summary>
    public SessionRow? Row { get; set; }

    /// <summary>Set under the gate when the files are gone; the entry is then no longer in the catalogue.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>How many corrupt lines were counted so far.</summary>
    public int CorruptLines { get; set; }

    /// <summary>What the files looked like when they could not be read, so that the same failure is not repeated each sweep.</summary>
    public FoundTranscript? Unreadable { get; set; }

    /// <summary>Why they could not be read.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether it is one of those that are not listed because they cannot be read.</summary>
    public bool IsUnlisted { get; set; }

    /// <summary>The last round of discovery that saw the files.</summary>
    public long SeenInRound { get; set; }
}
