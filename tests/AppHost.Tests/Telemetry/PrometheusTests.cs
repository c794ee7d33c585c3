using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Telemetry;

/// <summary>The text format of Prometheus, and the dashboard that is drawn from it.</summary>
public sealed partial class PrometheusTests : OwnSystemTest
{
    [Fact]
    public async Task Metrics_AskedFor_AreThereOfBothServicesAndNamedAsTheDashboardNamesThem()
    {
        var sidecar = await StartAsync(("Sidecar__Metrics__Prometheus", "true"));
        var session = await sidecar.CreateSessionAsync();
        await using (var client = await sidecar.ConnectAsync(session))
        {
            await client.RunTurnAsync("@slow 40 50"); // long enough for a look at its processes
        }

        await sidecar.GetAsync("/api/sessions?limit=50");
        using (var searched = await sidecar.Http.PostAsync(
            new Uri("/api/search/sessions", UriKind.Relative), new StringContent("""{"query":"w5"}""", System.Text.Encoding.UTF8, "application/json")))
        {
            searched.EnsureSuccessStatusCode();
        }

        using (await sidecar.Http.DeleteAsync(new Uri($"/api/sessions/{session.Id}", UriKind.Relative)))
        {
        }

        var exported = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in new[] { "/metrics", "/metrics/worker" })
        {
            using var answer = await sidecar.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
            var text = await answer.Content.ReadAsStringAsync();
            exported.UnionWith(SamplePattern().Matches(text).Select(sample => sample.Groups[1].Value));
            Assert.DoesNotContain(session.Id, text, StringComparison.Ordinal);
        }

        var drawn = DashboardNames();
        Assert.NotEmpty(drawn);
        Assert.Empty(drawn.Except(exported));
    }

    [Fact]
    public async Task Metrics_NotAskedFor_AreNotThere()
    {
        var sidecar = await StartAsync();

        using var own = await sidecar.Http.GetAsync(new Uri("/metrics", UriKind.Relative));
        using var workers = await sidecar.Http.GetAsync(new Uri("/metrics/worker", UriKind.Relative));

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (own.StatusCode, workers.StatusCode));
    }

    [Fact]
    public async Task Setting_IsNeitherTrueNorFalse_IsToldAndNothingStarts()
    {
        var sidecar = Launch(("Sidecar__Metrics__Prometheus", "perhaps"));

        await sidecar.WaitForOutputAsync("Sidecar:Metrics:Prometheus is \"perhaps\"; it must be true or false.");
        Assert.Equal(1, await sidecar.ExitAsync(TimeSpan.FromSeconds(20)));
    }

    private static HashSet<string> DashboardNames()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "grafana.json")));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .SelectMany(target => NamePattern().Matches(LabelPattern().Replace(target.GetProperty("expr").GetString()!, "")).Select(name => name.Value)),
        ];
    }

    [GeneratedRegex("^([a-z][a-z0-9_]+)[{ ]", RegexOptions.Multiline)]
    private static partial Regex SamplePattern();

    // In braces, and after "by".
    [GeneratedRegex(@"\{[^}]*\}|by \([^)]*\)")]
    private static partial Regex LabelPattern();

    [GeneratedRegex("(sidecar|gen_ai|dotnet|http|kestrel)_[a-z0-9_]+")]
    private static partial Regex NamePattern();
}
