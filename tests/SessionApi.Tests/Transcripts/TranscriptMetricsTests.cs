using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class TranscriptMetricsTests
{
    [Fact]
    public async Task Scan_OneCorruptLine_IsMeasuredOnce()
    {
        using var home = new TranscriptHome();
        using var sessions = new MetricCollector<int>(home.Meters, TranscriptMetrics.MeterName, "sidecar.catalog.sessions");
        using var durations = new MetricCollector<double>(home.Meters, TranscriptMetrics.MeterName, "sidecar.catalog.scan.duration");
        using var corrupt = new MetricCollector<long>(home.Meters, TranscriptMetrics.MeterName, "sidecar.transcripts.corrupt_lines");
        home.Write(TranscriptHome.Id, TranscriptHome.User("x"), "torn{");

        await home.ScanAsync();
        await home.ScanAsync();

        Assert.Equal([1, 1], sessions.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal(2, durations.GetMeasurementSnapshot().Count);
        Assert.Equal([1L], corrupt.GetMeasurementSnapshot().Select(m => m.Value));
    }
}
