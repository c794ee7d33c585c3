namespace Sidecar.SessionApi.Transcripts;

/// <summary>What a list request gets.</summary>
/// <param name="Snapshot">The rows.</param>
/// <param name="IsBuilding">Whether transcripts are still being read for the first time.</param>
/// <param name="Discovered">While building: the project of every transcript that is known to exist.</param>
internal sealed record CatalogView(CatalogSnapshot Snapshot, bool IsBuilding, IReadOnlyList<string> Discovered);
