using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Search;

/// <summary>What of the search grows with use, each with its limit and its gauges.</summary>
internal sealed class SessionSearchBounds(BoundRegistry bounds, IOptions<SessionSearchOptions> configured)
{
    public Bound Searches { get; } = bounds.Add(
        "search.searches", "{search}", "Searches that run or wait.", configured.Value.MaxSearches);

    public Bound SignatureBytes { get; } = bounds.Add(
        "search.signature_bytes", "By", "Signatures of the search index that are in memory; further ones are read for each search.", configured.Value.MaxMemoryBytes);

    public Bound IndexBytes { get; } = bounds.Add(
        "search.index_bytes", "By", "What of the search index counts; the oldest sessions leave when it is too much.", configured.Value.MaxBytes);
}
