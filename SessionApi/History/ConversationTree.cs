namespace Sidecar.SessionApi.History;

/// <summary>
/// How the entries of a transcript follow each other. A person who goes back and says something else leaves a branch behind that is in the
/// file but not in the conversation: a CLI that resumes would take its last entry for the conversation's if what came after it were removed.
/// </summary>
internal sealed class ConversationTree
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<EntryKey, int> _byKey = [];

    /// <summary>Takes the next entry; parents come before their children.</summary>
    public void Add(in HistoryLine line, bool isPrompt, long offset)
    {
        if (line.Key is { } key && _byKey.TryAdd(key, _entries.Count))
        {
            _entries.Add(new Entry(key, line.Parent is { } parent && _byKey.TryGetValue(parent, out var at) ? at : -1, isPrompt, offset));
        }
    }

    /// <summary>Where the line of an entry begins; null when there is no such entry.</summary>
    public long? OffsetOf(EntryKey key) => _byKey.TryGetValue(key, out var at) ? _entries[at].Offset : null;

    /// <summary>
    /// What lies on branches that were left before a message, if the conversation goes back to that message: what follows from a message of a
    /// person that is not on the way, but begins on it. Only that is certain: results of tools that ran at once are beside the way, too, and
    /// belong to it; and what was before a compaction has no link to what came after it.
    /// </summary>
    public HashSet<EntryKey> LeftBefore(EntryKey target)
    {
        var places = new Place[_entries.Count];
        for (var at = _byKey.GetValueOrDefault(target, -1); at >= 0; at = _entries[at].Parent)
        {
            places[at] = Place.OnTheWay;
        }

        var left = new HashSet<EntryKey>();
        for (var at = 0; at < places.Length; at++)
        {
            var entry = _entries[at];
            if (places[at] == Place.Unknown && entry.Parent >= 0)
            {
                var parent = places[entry.Parent];
                places[at] = parent is Place.OnTheWay or Place.Beside ? (entry.IsPrompt ? Place.Left : Place.Beside) : parent;
            }

            if (places[at] == Place.Left)
            {
                left.Add(entry.Key);
            }
        }

        return left;
    }

    private enum Place : byte
    {
        Unknown,
        OnTheWay,
        Beside,
        Left,
    }

    private readonly record struct Entry(EntryKey Key, int Parent, bool IsPrompt, long Offset);
}
