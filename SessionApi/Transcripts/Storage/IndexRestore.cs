namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>Compares what was stored with what was found on disk, and gives the catalogue what it can use.</summary>
internal sealed class IndexRestore(SessionCatalog catalog, IndexChanges changes, Findings findings)
{
    private readonly Dictionary<TranscriptLocation, FoundTranscript> _found =
        findings.Transcripts.ToDictionary(transcript => transcript.Location);

    private readonly HashSet<string> _unknown =
        [.. findings.Directories.Where(directory => directory.Failure is not null).Select(directory => directory.Path)];

    private readonly bool _isWhole = findings.IsWhole;

    public void Take(TranscriptLocation location, StoredTranscript stored)
    {
        if (_found.TryGetValue(location, out var found))
        {
            catalog.Restore(found, in stored);
        }
        else if (_isWhole && !_unknown.Contains(location.Directory))
        {
            // Gone for certain: so shall be its row.
            changes.Add(location);
        }
    }
}
