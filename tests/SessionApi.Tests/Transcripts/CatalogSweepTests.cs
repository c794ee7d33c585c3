using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class CatalogSweepTests
{
    [Fact]
    public async Task Sweep_AnotherProcessAppendsAndNothingIsWatched_IsListedAfterTheInterval()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        home.WriteBytes(TranscriptHome.OtherId, "{}\n"u8.ToArray(), TranscriptLocation.AsideExtension);
        using var rounds = new MetricCollector<double>(home.Meters, TranscriptMetrics.MeterName, "sidecar.catalog.scan.duration");
        var options = new SessionCatalogOptions { MaxWatches = 0 };
        using var sweep = home.CreateSweep(options);
        var deadline = TimeSpan.FromSeconds(30);

        await sweep.StartAsync(CancellationToken.None);
        await rounds.WaitForMeasurementsAsync(1, deadline);
        Assert.Equal(2, (await home.ListAsync()).Count);
        Assert.True(File.Exists(home.PathOf(TranscriptHome.OtherId)), "What a crash left set aside has its name back.");

        File.AppendAllText(home.PathOf(TranscriptHome.Id), TranscriptHome.Assistant("two") + "\n");
        home.Time.Advance(options.UnwatchedSweepInterval);
        await rounds.WaitForMeasurementsAsync(2, deadline);

        Assert.Contains(await home.ListAsync(), row => row.MessageCount == 2);
        await sweep.StopAsync(CancellationToken.None);
    }
}
