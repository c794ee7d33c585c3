using System.Text.Json;
using System.Text.RegularExpressions;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Telemetry;

/// <summary>The standalone Aspire dashboard beside the system.</summary>
public sealed partial class DashboardTests : OwnSystemTest
{
    private const string Program = "SIDECAR_TEST_ASPIRE";

    // It is a large program, on a machine that does other things.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Dashboard_OfTheAspireCli_HasTracesMetricsAndLogsOfBothServices()
    {
        var aspire = Environment.GetEnvironmentVariable(Program);
        Assert.SkipWhen(string.IsNullOrEmpty(aspire), $"{Program} names no Aspire CLI.");
        var sidecar = await StartAsync(
            ("Sidecar__Dashboard__Enabled", "true"), ("Sidecar__Dashboard__Command", aspire!), ("Sidecar__Dashboard__Port", $"{LocalPort.Find()}"), ("OTEL_METRIC_EXPORT_INTERVAL", "1000"));
        await using (var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync()))
        {
            await client.RunTurnAsync("hello");
        }

        var address = AddressPattern().Match(sidecar.Output);
        Assert.True(address.Success, sidecar.Output);
        using var http = new HttpClient { BaseAddress = new Uri(address.Groups["pages"].Value) };
        using (var stranger = await AnswerAsync(http, "/api/telemetry/resources"))
        {
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, stranger.StatusCode);
        }

        http.DefaultRequestHeaders.Add("x-api-key", address.Groups["token"].Value);
        var resources = "";
        await WaitFor.True(
            async () =>
            {
                using var answer = await AnswerAsync(http, "/api/telemetry/resources");
                resources = await answer.Content.ReadAsStringAsync();
                return HasAll(resources, "session-api") && HasAll(resources, "sidecar-worker");
            },
            Deadline,
            () => $"traces, metrics and logs of both services. There is: {resources}");
        var traces = new Uri("/api/telemetry/traces?resource=session-api", UriKind.Relative);
        await WaitFor.True(
            async () => (await http.GetStringAsync(traces)).Contains("\"invoke_agent\"", StringComparison.Ordinal), Deadline, "the trace of the turn");
    }

    [Fact]
    public async Task Dashboard_EndsAtOnce_IsToldAndTheSystemGoesOn()
    {
        var sidecar = await StartAsync(("Sidecar__Dashboard__Enabled", "true"), ("Sidecar__Dashboard__Command", "/bin/false"));

        await sidecar.WaitForOutputAsync("The dashboard ended with code 1.");
        await using var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync());
        await client.RunTurnAsync("hello");
    }

    private static bool HasAll(string resources, string service)
    {
        using var document = JsonDocument.Parse(resources);
        return document.RootElement.EnumerateArray().Any(resource =>
            resource.GetProperty("name").GetString() == service
            && new[] { "hasTraces", "hasMetrics", "hasLogs" }.All(part => resource.GetProperty(part).GetBoolean()));
    }

    /// <summary>Its answer, when it has begun to listen.</summary>
    private static async Task<HttpResponseMessage> AnswerAsync(HttpClient http, string path)
    {
        HttpResponseMessage? answer = null;
        await WaitFor.True(
            async () =>
            {
                try
                {
                    answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Deadline,
            "an answer of the dashboard");
        return answer!;
    }

    [GeneratedRegex("Dashboard: (?<pages>http://[0-9.:]+)/login\\?t=(?<token>[\\w-]+)")]
    private static partial Regex AddressPattern();
}
