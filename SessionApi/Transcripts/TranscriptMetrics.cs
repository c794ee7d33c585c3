using System.Diagnostics.Metrics;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>What is measured about the transcripts.</summary>
internal sealed class TranscriptMetrics
{
    public const string MeterName = "Sidecar.Transcripts";

    private readonly Gauge<int> _sessions;
    private readonly Histogram<double> _scanDuration;
    private readonly Counter<long> _corruptLines;
    private readonly Counter<long> _reads;
    private readonly Gauge<long> _indexSize;
    private readonly Counter<long> _indexBatches;
    private readonly Histogram<double> _indexLoadDuration;

    public TranscriptMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _sessions = meter.CreateGauge<int>("sidecar.catalog.sessions", "{session}", "Sessions in the catalogue.");
        _scanDuration = meter.CreateHistogram<double>(
            "sidecar.catalog.scan.duration", "s", "Time of one round over the transcripts, reading what changed included.");
        _corruptLines = meter.CreateCounter<long>(
            "sidecar.transcripts.corrupt_lines", "{line}", "Transcript lines that were skipped because they are no JSON or too long.");
        _reads = meter.CreateCounter<long>(
            "sidecar.transcripts.reads", "{read}", "Transcripts that were opened because they were new or had changed.");
        _indexSize = meter.CreateGauge<long>("sidecar.index.size", "By", "Size of the stored index and of its write-ahead log.");
        _indexBatches = meter.CreateCounter<long>("sidecar.index.batches", "{batch}", "Batches written to the stored index.");
        _indexLoadDuration = meter.CreateHistogram<double>("sidecar.index.load.duration", "s", "Time to take over the stored index at the start.");
    }

    public void ScanCompleted(TimeSpan duration, int sessions)
    {
        _sessions.Record(sessions);
        _scanDuration.Record(duration.TotalSeconds);
    }

    /// <param name="lines">New ones since the last report; a file that was replaced may have fewer than before.</param>
    public void CorruptLinesSeen(int lines)
    {
        if (lines > 0)
        {
            _corruptLines.Add(lines);
        }
    }

    public void TranscriptRead() => _reads.Add(1);

    public void IndexLoaded(TimeSpan duration) => _indexLoadDuration.Record(duration.TotalSeconds);

    public void IndexBatchWritten() => _indexBatches.Add(1);

    public void IndexMeasured(long databaseBytes, long walBytes)
    {
        _indexSize.Record(databaseBytes, KeyValuePair.Create<string, object?>("file", "database"));
        _indexSize.Record(walBytes, KeyValuePair.Create<string, object?>("file", "wal"));
    }
}
