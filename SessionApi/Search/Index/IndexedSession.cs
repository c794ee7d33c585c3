namespace Sidecar.SessionApi.Search.Index;

/// <summary>What the index has of one session; never changes but for <see cref="IsStale"/>.</summary>
/// <param name="state">How far its transcript is in the index.</param>
/// <param name="chunks">Its texts.</param>
/// <param name="file">Where they lie.</param>
/// <param name="signatures">Those of the chunks, in their order; null when there was no room in memory, and they are read from the file.</param>
internal sealed class IndexedSession(IndexedState state, StoredChunk[] chunks, SearchFile file, byte[]? signatures)
{
    private volatile bool _isStale;

    public IndexedState State => state;

    public StoredChunk[] Chunks => chunks;

    public SearchFile File => file;

    public byte[]? Signatures => signatures;

    /// <summary>Whether the transcript may hold more, or something else, as far as the session list knows.</summary>
    public bool IsStale
    {
        get => _isStale;
        set => _isStale = value;
    }

    /// <summary>What it takes in the file.</summary>
    public long Bytes => chunks.Sum(chunk => (long)chunk.RecordBytes);
}
