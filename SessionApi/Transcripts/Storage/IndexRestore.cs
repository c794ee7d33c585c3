namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>Compares what was stored with what was found on disk, and gives the catalogue what it can use.</summary>
internal sealed class IndexRestore(SessionCatalog catalog, IndexChanges changes, Findings findings)
{
    private readonly Dictionary<TranscriptLocation, FoundTranscript> _found =
        findings.Transcripts.ToDictionary(transcript => transcript.Location);

    private readonly HashSet<string> _unknown =
        [.. findings.Directories.Where(directory => directory.Failure is not null).Select(directory => directory.Path)];

    private readonly bool _isWhole = findings.IsWhole;
    private readonly List<TranscriptLocation> _unchanged = [];

    /// <summary>The transcripts whose files look as they did when they were stored.</summary>
    public IReadOnlyList<TranscriptLocation> Unchanged => _unchanged;

    public void Take(TranscriptLocation location, StoredTranscript stored)
    {
        if (_found.TryGetValue(location, out var found))
        {
            if (catalog.Restore(found, in stored))
            {
                _unchanged.Add(location);
            }
        }
        else if (_isWhole && !_unknown.Contains(location.Directory))
        {
            // Gone for certain: so shall be its row.
            changes.Add(location);
        }
    }
}
