namespace Sidecar.SessionApi.Files;

/// <summary>
/// Finds paths by a piece of them. Case does not count. A name that is the query comes first, then names that begin with it, names that hold it,
/// and paths that hold it; among equals what is near, then in the order of the alphabet.
/// </summary>
internal static class NameSearch
{
    private const int NoMatch = int.MaxValue;

    /// <summary>The best matches.</summary>
    /// <param name="entries">What is looked through.</param>
    /// <param name="query">The piece; white space around it does not count. Empty: everything matches.</param>
    /// <param name="max">How many are wanted.</param>
    /// <param name="isCut">Whether there were more.</param>
    public static List<WalkedEntry> Find(IEnumerable<WalkedEntry> entries, string query, int max, out bool isCut)
    {
        var wanted = query.Trim().Replace('\\', '/');
        // One more than is wanted is kept, so that "more" is known; of a million matches no more than that lie in memory.
        var best = new PriorityQueue<WalkedEntry, (int Rank, int Depth, string Path)>(
            Comparer<(int Rank, int Depth, string Path)>.Create(static (left, right) => Compare(right, left)));
        foreach (var entry in entries)
        {
            var rank = RankOf(entry, wanted);
            if (rank == NoMatch)
            {
                continue;
            }

            best.Enqueue(entry, (rank, entry.Path.AsSpan().Count('/'), entry.Path));
            if (best.Count > max + 1)
            {
                best.Dequeue();
            }
        }

        isCut = best.Count > max;
        if (isCut)
        {
            best.Dequeue();
        }

        var found = new List<WalkedEntry>(best.Count);
        while (best.TryDequeue(out var entry, out _))
        {
            found.Add(entry);
        }

        found.Reverse();
        return found;
    }

    private static int Compare((int Rank, int Depth, string Path) left, (int Rank, int Depth, string Path) right)
    {
        var order = left.Rank.CompareTo(right.Rank);
        order = order != 0 ? order : left.Depth.CompareTo(right.Depth);
        order = order != 0 ? order : string.Compare(left.Path, right.Path, StringComparison.OrdinalIgnoreCase);
        return order != 0 ? order : string.CompareOrdinal(left.Path, right.Path);
    }

    private static int RankOf(WalkedEntry entry, string query)
    {
        var name = entry.Path.AsSpan(entry.Path.LastIndexOf('/') + 1);
        return name.Equals(query, StringComparison.OrdinalIgnoreCase) ? 0
            : name.StartsWith(query, StringComparison.OrdinalIgnoreCase) ? 1
            : name.Contains(query, StringComparison.OrdinalIgnoreCase) ? 2
            : entry.Path.Contains(query, StringComparison.OrdinalIgnoreCase) ? 3
            : NoMatch;
    }
}
