using System.Collections.Concurrent;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>
/// What the index has of each session, and which transcripts have changed since. Any number of searches read it and anybody tells of changes;
/// one thread at a time does the rest.
/// </summary>
internal sealed class IndexedSessions(SessionSearchBounds bounds)
{
    // Both by the transcript's path: one entry for each at most, so their numbers are bounded by the files.
    private readonly ConcurrentDictionary<string, IndexedSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TranscriptLocation> _changed = new(StringComparer.Ordinal);

    // Held while a change is told and while a session is set, so that neither overlooks the other.
    private readonly Lock _telling = new();

    public int Count => _sessions.Count;

    /// <summary>How many have changed since.</summary>
    public int Waiting => _changed.Count;

    /// <summary>What can be searched, as UTF-8.</summary>
    public long TextBytes => _sessions.Sum(session => session.Value.Chunks.Sum(chunk => (long)chunk.TextBytes));

    public IndexedSession? Find(string path) => _sessions.GetValueOrDefault(path);

    /// <summary>Takes note of a transcript that has changed or gone.</summary>
    public void Touch(TranscriptLocation location)
    {
        lock (_telling)
        {
            _changed[location.MainPath] = location;
            if (Find(location.MainPath) is { } session)
            {
                session.IsStale = true;
            }
        }
    }

    /// <summary>Takes out what has changed.</summary>
    public IReadOnlyList<TranscriptLocation> TakeChanged()
    {
        var taken = new List<TranscriptLocation>();
        foreach (var (path, location) in _changed)
        {
            _changed.TryRemove(path, out _);
            taken.Add(location);
        }

        return taken;
    }

    /// <summary>Sets what there is of a session in a file.</summary>
    public void Put(TranscriptLocation location, IndexedState state, StoredChunk[] chunks, SearchFile file, bool isStale)
    {
        Release(Find(location.MainPath));
        var session = new IndexedSession(state, chunks, file, ReadSignatures(file, chunks));
        bounds.IndexBytes.Add(session.Bytes);
        lock (_telling)
        {
            // It may have changed again while it was read.
            session.IsStale = isStale || _changed.ContainsKey(location.MainPath);
            _sessions[location.MainPath] = session;
        }
    }

    /// <summary>Says that the transcript of a session is what there is of it after all.</summary>
    public void Confirm(TranscriptLocation location, IndexedSession session)
    {
        lock (_telling)
        {
            session.IsStale = _changed.ContainsKey(location.MainPath);
        }
    }

    /// <summary>Takes a session out. False when there was none.</summary>
    public bool Drop(string path)
    {
        if (!_sessions.TryRemove(path, out var session))
        {
            return false;
        }

        Release(session);
        return true;
    }

    /// <summary>Copies the chunks of all sessions into another file, in which they count once <see cref="Replace"/> says so.</summary>
    public IReadOnlyList<KeyValuePair<string, IndexedSession>> CopyTo(SearchFile file) =>
    [
        .. _sessions.Select(known => KeyValuePair.Create(
            known.Key,
            new IndexedSession(
                known.Value.State, [.. known.Value.Chunks.Select(chunk => file.Copy(known.Value.File, chunk))], file, known.Value.Signatures)
            {
                IsStale = known.Value.IsStale,
            })),
    ];

    /// <summary>Sets the copies of sessions.</summary>
    public void Replace(IEnumerable<KeyValuePair<string, IndexedSession>> copies)
    {
        lock (_telling)
        {
            foreach (var (path, copy) in copies)
            {
                copy.IsStale |= Find(path)!.IsStale;
                _sessions[path] = copy;
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (var path in _sessions.Keys)
        {
            Drop(path);
        }

        _changed.Clear();
    }

    private void Release(IndexedSession? session)
    {
        bounds.IndexBytes.Remove(session?.Bytes ?? 0);
        bounds.SignatureBytes.Remove(session?.Signatures?.Length ?? 0);
    }

    private byte[]? ReadSignatures(SearchFile file, StoredChunk[] chunks)
    {
        var bytes = chunks.Sum(chunk => chunk.SignatureBytes);
        if (!bounds.SignatureBytes.TryAdd(bytes))
        {
            return null;
        }

        try
        {
            var signatures = new byte[bytes];
            var at = 0;
            foreach (var chunk in chunks)
            {
                file.Read(signatures.AsSpan(at, chunk.SignatureBytes), chunk.SignatureAt);
                at += chunk.SignatureBytes;
            }

            return signatures;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or IOException)
        {
            // Whoever searches it notices.
            bounds.SignatureBytes.Remove(bytes);
            return null;
        }
    }
}
