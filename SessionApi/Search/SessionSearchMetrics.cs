using System.Diagnostics.Metrics;
using Sidecar.SessionApi.Search.Index;

namespace Sidecar.SessionApi.Search;

/// <summary>What is measured about searches in sessions.</summary>
internal sealed class SessionSearchMetrics
{
    public const string MeterName = "Sidecar.Search";

    private readonly Histogram<double> _duration;

    private readonly Counter<long> _scanned;

    public SessionSearchMetrics(IMeterFactory meters, SearchIndex index)
    {
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>("sidecar.search.duration", "s", "Time that a search in sessions took, its wait for others included.");
        _scanned = meter.CreateCounter<long>(
            "sidecar.search.scanned_transcripts", "{transcript}", "Transcripts that were read by a search because the index did not have all of them.");
        meter.CreateObservableGauge("sidecar.search.index.sessions", () => index.Count, "{session}", "Sessions in the search index.");
        meter.CreateObservableGauge(
            "sidecar.search.index.waiting", () => index.Waiting, "{session}", "Sessions that have changed since they were read into the search index.");
        meter.CreateObservableGauge("sidecar.search.index.size", () => index.FileBytes, "By", "Size of the search index on disk.");
    }

    public void TranscriptScanned() => _scanned.Add(1);

    public void Searched(TimeSpan duration, bool found) =>
        _duration.Record(duration.TotalSeconds, KeyValuePair.Create<string, object?>("found", found));
}
