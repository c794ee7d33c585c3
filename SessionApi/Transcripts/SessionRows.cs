using System.Collections;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Rows in the order of the list; never changes. Kept in chunks, so that a list that differs in one row shares the rest: one
/// array of 10,000 rows would be copied twice for every line that an agent writes.
/// </summary>
internal sealed class SessionRows : IReadOnlyList<SessionRow>
{
    public static readonly SessionRows Empty = new([], 0);

    private const int ChunkSize = 256;

    // None of them is empty.
    private readonly SessionRow[][] _chunks;

    private SessionRows(SessionRow[][] chunks, int count)
    {
        _chunks = chunks;
        Count = count;
    }

    public int Count { get; }

    public SessionRow this[int index] => Slice(index, 1).First();

    public static SessionRows Of(IEnumerable<SessionRow> rows)
    {
        SessionRow[] sorted = [.. rows];
        Array.Sort(sorted, SessionRowOrder.Instance);
        return sorted.Length == 0 ? Empty : new SessionRows([.. sorted.Chunk(ChunkSize)], sorted.Length);
    }

    /// <summary>The list with a row in its place.</summary>
    public SessionRows With(SessionRow row)
    {
        if (Count == 0)
        {
            return new SessionRows([[row]], 1);
        }

        var at = Math.Min(ChunkOf(row), _chunks.Length - 1);
        var chunk = _chunks[at];
        var place = Array.BinarySearch(chunk, row, SessionRowOrder.Instance);
        SessionRow[] grown = [.. chunk.AsSpan(0, place < 0 ? ~place : place), row, .. chunk.AsSpan(place < 0 ? ~place : place)];
        SessionRow[][] chunks = grown.Length <= 2 * ChunkSize
            ? [.. _chunks.AsSpan(0, at), grown, .. _chunks.AsSpan(at + 1)]
            : [.. _chunks.AsSpan(0, at), grown[..ChunkSize], grown[ChunkSize..], .. _chunks.AsSpan(at + 1)];
        return new SessionRows(chunks, Count + 1);
    }

    /// <summary>The list without a row; the same list if it is not in it.</summary>
    public SessionRows Without(SessionRow row)
    {
        var at = ChunkOf(row);
        if (at == _chunks.Length || Array.BinarySearch(_chunks[at], row, SessionRowOrder.Instance) is not (var place and >= 0))
        {
            return this;
        }

        if (Count == 1)
        {
            return Empty;
        }

        var chunk = _chunks[at];
        SessionRow[] shrunk = [.. chunk.AsSpan(0, place), .. chunk.AsSpan(place + 1)];
        var next = at + 1 < _chunks.Length ? _chunks[at + 1] : null;

        // Rows move from the middle to the front all day; without this a list would end up as many chunks of a few rows.
        SessionRow[][] chunks = next is not null && shrunk.Length + next.Length <= ChunkSize
            ? [.. _chunks.AsSpan(0, at), [.. shrunk, .. next], .. _chunks.AsSpan(at + 2)]
            : shrunk.Length > 0
                ? [.. _chunks.AsSpan(0, at), shrunk, .. _chunks.AsSpan(at + 1)]
                : [.. _chunks.AsSpan(0, at), .. _chunks.AsSpan(at + 1)];
        return new SessionRows(chunks, Count - 1);
    }

    /// <summary>The rows that are wanted, in their order.</summary>
    public SessionRows Matching(Predicate<SessionRow> isWanted)
    {
        SessionRow[][] chunks = [.. _chunks.Select(chunk => Array.FindAll(chunk, isWanted)).Where(static chunk => chunk.Length > 0)];
        return chunks.Length == 0 ? Empty : new SessionRows(chunks, chunks.Sum(static chunk => chunk.Length));
    }

    /// <summary>The rows from an index on, as many as there are.</summary>
    public IEnumerable<SessionRow> Slice(int start, int count)
    {
        foreach (var chunk in _chunks)
        {
            for (var i = start; i < chunk.Length && count > 0; i++, count--)
            {
                yield return chunk[i];
            }

            start = Math.Max(0, start - chunk.Length);
            if (count == 0)
            {
                yield break;
            }
        }
    }

    public IEnumerator<SessionRow> GetEnumerator() => Slice(0, Count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // The first chunk that ends at or behind the row.
    private int ChunkOf(SessionRow row)
    {
        var (low, high) = (0, _chunks.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = SessionRowOrder.Instance.Compare(_chunks[middle][^1], row) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
