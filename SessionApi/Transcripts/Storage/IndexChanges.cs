using System.Collections.Concurrent;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>
/// Which transcripts are not stored yet as they are known. Locations only, each once, so it is never longer than the catalogue;
/// what is stored is looked up when the batch is written.
/// </summary>
internal sealed class IndexChanges
{
    private readonly ConcurrentDictionary<TranscriptLocation, bool> _waiting = new();
    private volatile bool _isCollecting = true;

    /// <summary>The order of the rows in the database.</summary>
    public static int Order(TranscriptLocation x, TranscriptLocation y)
    {
        var byDirectory = string.CompareOrdinal(x.Directory, y.Directory);
        return byDirectory != 0 ? byDirectory : string.CompareOrdinal(x.SessionId, y.SessionId);
    }

    public bool IsEmpty => _waiting.IsEmpty;

    public void Add(TranscriptLocation location)
    {
        if (_isCollecting)
        {
            _waiting.TryAdd(location, true);
        }
    }

    public void Add(IEnumerable<TranscriptLocation> locations)
    {
        foreach (var location in locations)
        {
            Add(location);
        }
    }

    /// <summary>Takes some out. What changes from here on is in a later batch.</summary>
    public List<TranscriptLocation> Take(int count)
    {
        var taken = new List<TranscriptLocation>();
        foreach (var (location, _) in _waiting)
        {
            if (taken.Count == count)
            {
                break;
            }

            _waiting.TryRemove(location, out _);
            taken.Add(location);
        }

        return taken;
    }

    /// <summary>Nothing is stored from now on.</summary>
    public void Stop()
    {
        _isCollecting = false;
        _waiting.Clear();
    }

    public void Start() => _isCollecting = true;
}
