using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>Puts together, record by record, what the file of the index has of each session.</summary>
internal sealed class RestoredSessions(string projectsDirectory)
{
    private readonly Dictionary<TranscriptLocation, (IndexedState State, List<StoredChunk> Chunks)> _sessions = [];
    private readonly SharedTexts _shared = new();

    public IEnumerable<(TranscriptLocation Location, IndexedState State, StoredChunk[] Chunks)> All =>
        _sessions.Select(session => (session.Key, session.Value.State, session.Value.Chunks.ToArray()));

    public void Take(ReadOnlySpan<byte> head, StoredChunk chunk)
    {
        var (location, ordinal, state) = ChunkHead.Read(head, projectsDirectory, _shared);
        var chunks = _sessions.TryGetValue(location, out var known) ? known.Chunks : [];
        if (ordinal < 0 || ordinal > chunks.Count)
        {
            // Gone; or let go, and nothing of it can follow.
            _sessions.Remove(location);
            return;
        }

        chunks.RemoveRange(ordinal, chunks.Count - ordinal);
        chunks.Add(chunk);
        _sessions[location] = (state, chunks);
    }
}
