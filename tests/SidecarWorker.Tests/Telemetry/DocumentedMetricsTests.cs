using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Tests.SidecarWorker.Contract;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Telemetry;

public sealed class DocumentedMetricsTests
{
    [Fact]
    public async Task Instruments_OfARunningService_AreThoseOfTheDocument()
    {
        await using var worker = new Worker();
        await worker.ListAsync();
        using var published = new PublishedInstruments(worker.Services.GetRequiredService<IMeterFactory>());

        await WaitFor.True(
            () => published.All.SequenceEqual(PublishedInstruments.DocumentedOf("sidecar-worker")),
            Worker.Deadline,
            () => $"the documented instruments. Not documented: {string.Join(", ", published.All.Except(PublishedInstruments.DocumentedOf("sidecar-worker")))}. "
                + $"Not there: {string.Join(", ", PublishedInstruments.DocumentedOf("sidecar-worker").Except(published.All))}");
    }
}
