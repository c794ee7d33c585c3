using System.Globalization;

namespace Sidecar.Benchmarks.Live;

/// <summary>How many frames reach clients for each second that our services work, with two clients on each session.</summary>
internal static class FanOutRun
{
    private const double Least = 100_000;

    public static async Task<int> RunAsync(string appHost, string fakeAgent, int sessions, int seconds)
    {
        using var fanOut = await FanOut.StartAsync(appHost, fakeAgent, sessions);
        Say($"{sessions} sessions with {FanOut.Clients} clients each");
        var steady = await MeasureAsync("a piece every 20 ms", pause: 20, seconds * 50);
        var fast = await MeasureAsync("as fast as agents write", pause: 0, seconds * 200);
        return Math.Max(steady, fast) >= Least ? 0 : 1;

        async Task<double> MeasureAsync(string how, int pause, int count)
        {
            var result = await fanOut.MeasureAsync(pause, count);
            Say($"{how}: {result.Frames} frames in {result.Took.TotalSeconds:0.0} s ({result.Missing} missing); processor time {result.SessionApi.TotalSeconds:0.0} s SessionApi, {result.Worker.TotalSeconds:0.0} s SidecarWorker; {result.Rate:0} frames for each second of ours");
            return result.Rate;
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
