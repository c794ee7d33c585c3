using System.Diagnostics.Metrics;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>What is measured about the transcripts.</summary>
internal sealed class TranscriptMetrics
{
    public const string MeterName = "Sidecar.Transcripts";

    private readonly Gauge<int> _sessions;
    private readonly Histogram<double> _scanDuration;
    private readonly Counter<long> _corruptLines;

    public TranscriptMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _sessions = meter.CreateGauge<int>("sidecar.catalog.sessions", "{session}", "Sessions in the catalogue.");
        _scanDuration = meter.CreateHistogram<double>(
            "sidecar.catalog.scan.duration", "s", "Time of one round over the transcripts, reading what changed included.");
        _corruptLines = meter.CreateCounter<long>(
            "sidecar.transcripts.corrupt_lines", "{line}", "Transcript lines that were skipped because they are no JSON or too long.");
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
}
