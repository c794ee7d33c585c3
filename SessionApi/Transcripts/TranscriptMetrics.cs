using System.Diagnostics.Metrics;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>What is measured about the transcripts.</summary>
internal sealed class TranscriptMetrics
{
    public const string MeterName = "Sidecar.Transcripts";

    private readonly Gauge<int> _sessions;
    private readonly Gauge<int> _unreadable;
    private readonly Gauge<int> _watches;
    private readonly Gauge<int> _watchLimit;
    private readonly Histogram<double> _scanDuration;
    private readonly Histogram<double> _lag;
    private readonly Counter<long> _corruptLines;
    private readonly Counter<long> _events;
    private readonly Counter<long> _overflows;
    private readonly Counter<long> _reads;
    private readonly Gauge<long> _indexSize;
    private readonly Counter<long> _indexBatches;
    private readonly Histogram<double> _indexLoadDuration;

    public TranscriptMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _sessions = meter.CreateGauge<int>("sidecar.catalog.sessions", "{session}", "Sessions in the catalogue.");
        _unreadable = meter.CreateGauge<int>("sidecar.catalog.unreadable", "{transcript}", "Transcripts that cannot be read.");
        _scanDuration = meter.CreateHistogram<double>(
            "sidecar.catalog.scan.duration", "s", "Time of one round over the transcripts, reading what changed included.");
        _reads = meter.CreateCounter<long>(
            "sidecar.catalog.reads", "{read}", "Transcripts that were read because they had changed, by what told of it.");
        _lag = meter.CreateHistogram<double>(
            "sidecar.catalog.lag", "s", "Time from the system's first word of a change until the list shows it.");
        _events = meter.CreateCounter<long>("sidecar.catalog.events", "{event}", "Changes of transcripts that the system told of.");
        _overflows = meter.CreateCounter<long>(
            "sidecar.catalog.overflows", "{overflow}", "Times that changes came too fast, so that everything was looked at again.");
        _watches = meter.CreateGauge<int>("sidecar.catalog.watches", "{directory}", "Directories that the system watches for us.");
        _watchLimit = meter.CreateGauge<int>("sidecar.catalog.watches.limit", "{directory}", "How many directories may be watched.");
        _corruptLines = meter.CreateCounter<long>(
            "sidecar.transcripts.corrupt_lines", "{line}", "Transcript lines that were skipped because they are no JSON or too long.");
        _indexSize = meter.CreateGauge<long>("sidecar.index.size", "By", "Size of the stored index and of its write-ahead log.");
        _indexBatches = meter.CreateCounter<long>("sidecar.index.batches", "{batch}", "Batches written to the stored index.");
        _indexLoadDuration = meter.CreateHistogram<double>("sidecar.index.load.duration", "s", "Time to take over the stored index at the start.");
    }

    public void ScanCompleted(TimeSpan duration, int sessions, int unreadable)
    {
        _sessions.Record(sessions);
        _unreadable.Record(unreadable);
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

    public void TranscriptRead(ReadCause cause) => _reads.Add(1, new KeyValuePair<string, object?>("cause", cause switch
    {
        ReadCause.Watch => "watch",
        ReadCause.Sweep => "sweep",
        ReadCause.Write => "write",
        _ => "request",
    }));

    public void ChangeTold() => _events.Add(1);

    public void Overflowed() => _overflows.Add(1);

    public void ChangeShown(TimeSpan lag) => _lag.Record(lag.TotalSeconds);

    public void WatchesInUse(int watches, int limit)
    {
        _watches.Record(watches);
        _watchLimit.Record(limit);
    }

    public void IndexLoaded(TimeSpan duration) => _indexLoadDuration.Record(duration.TotalSeconds);

    public void IndexBatchWritten() => _indexBatches.Add(1);

    public void IndexMeasured(long databaseBytes, long walBytes)
    {
        _indexSize.Record(databaseBytes, KeyValuePair.Create<string, object?>("file", "database"));
        _indexSize.Record(walBytes, KeyValuePair.Create<string, object?>("file", "wal"));
    }
}
