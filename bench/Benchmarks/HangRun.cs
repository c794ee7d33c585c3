using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>How long it takes until a frozen sidecar is found and replaced, against what its settings promise.</summary>
internal static class HangRun
{
    private const int Threshold = 5;
    private const double Tolerance = 0.2;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReplacementDeadline = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string appHost, string sickService, int rounds)
    {
        using var folder = new TemporaryFolder();
        try
        {
            using var system = await RunningSystem.StartAsync(appHost, folder, Settings(sickService));
            var found = new List<double>();
            for (var i = 0; i < rounds; i++)
            {
                found.Add(await RoundAsync(system));
            }

            found.Sort();
            var promised = ((Threshold * Period) + Deadline).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{rounds} freezes: found after {found[0]:0.0} / {found[rounds / 2]:0.0} / {found[^1]:0.0} s (least, median, most); {promised:0.0} s by the settings"));
            return found[0] >= promised * (1 - Tolerance) && found[^1] <= promised * (1 + Tolerance) ? 0 : 1;
        }
        finally
        {
            RunningSystem.KillMarked(folder);
        }
    }

    private static (string, string)[] Settings(string sickService) =>
    [
        ("Sidecar__Sidecars__sick__Command", sickService),
        ("Sidecar__Sidecars__sick__Arguments__0", "--urls"),
        ("Sidecar__Sidecars__sick__Arguments__1", "http://127.0.0.1:{port}"),
        ("Sidecar__Sidecars__sick__AssignPort", "true"),
        ("Sidecar__Sidecars__sick__Probe__Type", "http"),
        ("Sidecar__Sidecars__sick__Probe__ProbeInterval", Period.ToString("c", CultureInfo.InvariantCulture)),
        ("Sidecar__Sidecars__sick__Probe__ProbeTimeout", Deadline.ToString("c", CultureInfo.InvariantCulture)),
        ("Sidecar__Sidecars__sick__Probe__FailureThreshold", Threshold.ToString(CultureInfo.InvariantCulture)),
        ("Sidecar__Sidecars__sick__Restart__Budget", "1000"),
        ("Sidecar__Sidecars__sick__Restart__MaxDelay", "00:00:00.250"),
    ];

    /// <summary>Freezes the sidecar at a random moment between two probes.</summary>
    /// <returns>Seconds until it counted as hung.</returns>
    private static async Task<double> RoundAsync(RunningSystem system)
    {
        var before = await UntilHealthyAsync(system, other: null);
        await Task.Delay(Period * (1 + Random.Shared.NextDouble()), TimeProvider.System);
        var frozenAt = TimeProvider.System.GetUtcNow();
        TestSignals.Freeze(ProcFs.Find(before.GetProperty("pid").GetInt32()) ?? throw new InvalidOperationException("The sidecar has ended by itself."));
        var after = await UntilHealthyAsync(system, before.GetProperty("pid").GetInt32());
        return (after.GetProperty("lastFailure").GetProperty("at").GetDateTimeOffset() - frozenAt).TotalSeconds;
    }

    private static async Task<JsonElement> UntilHealthyAsync(RunningSystem system, int? other)
    {
        var found = default(JsonElement);
        await WaitFor.True(
            async () =>
            {
                var list = await system.Http.GetFromJsonAsync<JsonElement>("/api/sidecars");
                found = list.GetProperty("sidecars")[0];
                return found.GetProperty("state").GetString() == "healthy" && found.GetProperty("pid").GetInt32() != other;
            },
            ReplacementDeadline,
            "a healthy sidecar");
        return found;
    }
}
