namespace Sidecar.SessionApi.Transcripts;

/// <summary>What a list request gets.</summary>
/// <param name="Snapshot">The rows; while building only those that were read, of which the ones asked for are exact if possible.</param>
/// <param name="Index">How complete it is.</param>
/// <param name="Total">While building: how many transcripts the list will have, of the project asked for. Else the rows tell.</param>
internal sealed record CatalogView(CatalogSnapshot Snapshot, CatalogHealth Index, int? Total)
{
    /// <summary>Size of the stored index and of its write-ahead log.</summary>
    public (long Database, long Log) StoredBytes { get; init; }

    public bool IsBuilding => Index.State == CatalogState.Building;
}

/// <summary>Enough of the list to see that it has changed; costs nothing.</summary>
/// <param name="Snapshot">The complete list, another one after each change of any row; null while it is built.</param>
/// <param name="Rows">How many rows are known.</param>
/// <param name="State">The state of the catalogue.</param>
internal readonly record struct CatalogStanding(CatalogSnapshot? Snapshot, int Rows, CatalogState State);

/// <summary>How far the catalogue is from what lies on disk.</summary>
/// <param name="State">In one word.</param>
/// <param name="Discovered">The transcripts that exist.</param>
/// <param name="Indexed">Those that were read.</param>
/// <param name="DegradedSources">Transcripts and directories that cannot be read.</param>
/// <param name="LastErrorCode">What is wrong with one of those.</param>
internal readonly record struct CatalogHealth(CatalogState State, int Discovered, int Indexed, int DegradedSources, string? LastErrorCode);

/// <summary>The states as clients read them.</summary>
internal static class CatalogStates
{
    public static string Name(CatalogState state) => state switch
    {
        CatalogState.Building => "building",
        CatalogState.Degraded => "degraded",
        _ => "ready",
    };
}

/// <summary>The state of the catalogue.</summary>
internal enum CatalogState
{
    /// <summary>Transcripts are still being read for the first time.</summary>
    Building,

    /// <summary>The list is complete.</summary>
    Ready,

    /// <summary>The list is complete but for what cannot be read.</summary>
    Degraded,
}
