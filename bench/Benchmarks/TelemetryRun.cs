using System.Globalization;
using Sidecar.Benchmarks.Live;
using Sidecar.Benchmarks.Running;

namespace Sidecar.Benchmarks;

/// <summary>
/// What it costs to export telemetry, to a receiver that only takes it: pages of the session list a second, and frames for each second of
/// processor time, with and without, in turns.
/// </summary>
internal static class TelemetryRun
{
    private const int Rounds = 7;
    private const int Pieces = 2000;
    private const double Most = 0.05;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync(string appHost, string fakeAgent, string corpus, int sessions)
    {
        using var receiver = await ListServer.BareKestrelAsync(bytes: 0);
        (string Name, string Value)[] export =
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", $"http://127.0.0.1:{receiver.Port}"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "5000"), // by default it is a minute
        ];
        var list = Wrk.IsInstalled ? await ListAsync(Path.Combine(Path.GetDirectoryName(appHost)!, "SessionApi"), corpus, export) : 1;
        var frames = await FramesAsync(appHost, fakeAgent, sessions, export);
        return list >= 1 - Most && frames >= 1 - Most ? 0 : 1;
    }

    private static async Task<double> ListAsync(string program, string corpus, (string, string)[] export)
    {
        using var without = ListServer.Launch(program, corpus);
        using var with = ListServer.Launch(program, corpus, export);
        await without.UntilCompleteAsync();
        await with.UntilCompleteAsync();
        return await CompareAsync("pages of 50 sessions a second, 16 clients", server => Wrk.RunAsync(new Uri(server.Http.BaseAddress!, "/api/sessions?limit=50"), Duration), without, with);
    }

    private static async Task<double> FramesAsync(string appHost, string fakeAgent, int sessions, (string, string)[] export)
    {
        using var without = await FanOut.StartAsync(appHost, fakeAgent, sessions);
        using var with = await FanOut.StartAsync(appHost, fakeAgent, sessions, export);
        return await CompareAsync("frames for each second of ours", async fanOut => (await fanOut.MeasureAsync(pause: 0, Pieces)).Rate, without, with);
    }

    /// <returns>The median with export as part of the median without.</returns>
    private static async Task<double> CompareAsync<T>(string what, Func<T, Task<double>> measureAsync, T without, T with)
    {
        var (plain, exported) = (new Sample(), new Sample());
        for (var i = 0; i < Rounds; i++)
        {
            plain.Add(await measureAsync(without));
            exported.Add(await measureAsync(with));
        }

        var ratio = exported.At(0.5) / plain.At(0.5);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}, median of {Rounds}: {plain.At(0.5):0} without export, {exported.At(0.5):0} with, ratio {ratio:0.000}"));
        return ratio;
    }
}
