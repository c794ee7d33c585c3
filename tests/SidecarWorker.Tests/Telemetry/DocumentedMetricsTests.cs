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

        await published.UntilDocumentedAsync("sidecar-worker", Worker.Deadline);
    }
}
