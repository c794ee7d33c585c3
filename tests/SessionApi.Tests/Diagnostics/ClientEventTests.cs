using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Sidecar.SessionApi.Diagnostics;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Diagnostics;

public sealed class ClientEventTests
{
    [Theory]
    [InlineData(10, "taken")]
    [InlineData(0, "taken")]
    [InlineData((1024 * 1024) + 1, "too_large")]
    public async Task Post_Report_IsDrainedAndCounted(int length, string outcome)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        using var counted = new MetricCollector<long>(
            server.Services.GetRequiredService<IMeterFactory>(), ClientEventMetrics.MeterName, "sidecar.diagnostics.client_events");

        using var response = await client.PostAsync("/api/diagnostics/events", HttpAnswers.Json(new string('x', length)));

        if (outcome == "taken")
        {
            Assert.Equal("""{"ok":true}""", await response.Content.ReadAsStringAsync());
        }
        else
        {
            await response.ErrorAsync(413, "PAYLOAD_TOO_LARGE");
        }

        var measured = Assert.Single(counted.GetMeasurementSnapshot());
        Assert.Equal(outcome, measured.Tags["outcome"]);
    }
}
