using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Telemetry;

public sealed class DocumentedMetricsTests
{
    [Fact]
    public async Task Instruments_OfARunningService_AreThoseOfTheDocument()
    {
        await using var server = await LiveServer.StartAsync();
        using var published = new PublishedInstruments(server.Services.GetRequiredService<IMeterFactory>());
        using var http = new HttpClient { BaseAddress = server.Address };
        await server.JoinAsync(await server.CreateAsync(http)); // a part that nobody has asked for yet has made none

        await published.UntilDocumentedAsync("session-api", LiveSocket.Deadline);
    }
}
