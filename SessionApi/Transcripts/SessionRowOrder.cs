namespace Sidecar.SessionApi.Transcripts;

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
