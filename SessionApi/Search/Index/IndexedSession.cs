namespace Sidecar.SessionApi.Search.Index;

/// <summary>What the index has of one session; never changes but for <see cref="IsStale"/>.</summary>
/// <param name="state">How far its transcript is in the index.</param>
/// <param name="chunks">Its texts.</param>
/// <param name="file">Where they lie.</param>
internal sealed class IndexedSession(IndexedState state, StoredChunk[] chunks, SearchFile file)
{
    private volatile bool _isStale;

    public IndexedState State => state;

    public StoredChunk[] Chunks => chunks;

    public SearchFile File => file;

    /// <summary>Whether the transcript may hold more, or something else.</summary>
    public bool IsStale
    {
        get => _isStale;
        set => _isStale = value;
    }

    /// <summary>What it takes in the file.</summary>
    public long Bytes => chunks.Sum(chunk => (long)chunk.RecordBytes);
}
