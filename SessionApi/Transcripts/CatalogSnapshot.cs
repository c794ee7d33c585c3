using System.Collections.Immutable;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>The session list at one moment, in its order. Read it once, then use the local.</summary>
internal sealed record CatalogSnapshot
{
    public static readonly CatalogSnapshot Empty = new() { Rows = [] };

    /// <summary>Newest conversation first.</summary>
    public required ImmutableArray<SessionRow> Rows { get; init; }

    /// <summary>When the list last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    public static CatalogSnapshot Of(IEnumerable<SessionRow> rows, DateTimeOffset now) =>
        new() { Rows = [.. rows.Order(SessionRowOrder.Instance)], UpdatedAt = now };

    /// <summary>The list with one row taken out, put in, or both.</summary>
    public CatalogSnapshot With(SessionRow? removed, SessionRow? added, DateTimeOffset now)
    {
        var rows = Rows;
        if (removed is not null && rows.BinarySearch(removed, SessionRowOrder.Instance) is var old and >= 0)
        {
            rows = rows.RemoveAt(old);
        }

        if (added is not null)
        {
            var place = rows.BinarySearch(added, SessionRowOrder.Instance);
            rows = rows.Insert(place < 0 ? ~place : place, added);
        }

        return new CatalogSnapshot { Rows = rows, UpdatedAt = now };
    }
}

/// <summary>Newest first; ties by id, then by path. The path is unique, so no two rows are equal.</summary>
internal sealed class SessionRowOrder : IComparer<SessionRow>
{
    public static readonly SessionRowOrder Instance = new();

    public int Compare(SessionRow? x, SessionRow? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var byTime = y.ModifiedTicks.CompareTo(x.ModifiedTicks);
        var byId = byTime != 0 ? byTime : string.CompareOrdinal(x.Id, y.Id);
        return byId != 0 ? byId : string.CompareOrdinal(x.Path, y.Path);
    }
}
