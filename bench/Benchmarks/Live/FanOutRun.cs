using System.Diagnostics;
using System.Globalization;

namespace Sidecar.Benchmarks.Live;

/// <summary>How many frames reach clients for each second that our services work, with two clients on each session.</summary>
internal static class FanOutRun
{
    private const int Clients = 2;
    private const double Least = 100_000;

    public static async Task<int> RunAsync(string appHost, string fakeAgent, int sessions, int seconds)
    {
        using var system = await LiveSystem.StartAsync(appHost, fakeAgent, sessions);
        long pieces = 0;
        var clients = new List<TurnClient[]>();
        for (var i = 0; i < sessions; i++)
        {
            var id = (await system.Running.CreateSessionAsync()).Id;
            clients.Add(await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => TurnClient.ConnectAsync(system, id, bytes =>
            {
                if (Stamp.At(bytes) is not null)
                {
                    Interlocked.Increment(ref pieces);
                }
            }))));
        }

        Say($"{sessions} sessions with {Clients} clients each");
        await RunTurnsAsync(clients, "warm");
        var steady = await MeasureAsync("a piece every 20 ms", pause: 20, seconds * 50);
        var fast = await MeasureAsync("as fast as agents write", pause: 0, seconds * 200);
        foreach (var client in clients.SelectMany(each => each))
        {
            client.Dispose();
        }

        return Math.Max(steady, fast) >= Least ? 0 : 1;

        async Task<double> MeasureAsync(string how, int pause, int count)
        {
            var (worked, started) = (system.ProcessorTimes(), Stopwatch.GetTimestamp());
            Volatile.Write(ref pieces, 0);
            await RunTurnsAsync(clients, string.Create(CultureInfo.InvariantCulture, $"@stamp f {pause} {count}"));
            var (took, now) = (Stopwatch.GetElapsedTime(started), system.ProcessorTimes());
            var (api, worker) = (now.SessionApi - worked.SessionApi, now.Worker - worked.Worker);
            var rate = pieces / (api + worker).TotalSeconds;
            var missing = ((long)sessions * Clients * count) - pieces;
            Say($"{how}: {pieces} frames in {took.TotalSeconds:0.0} s ({missing} missing); processor time {api.TotalSeconds:0.0} s SessionApi, {worker.TotalSeconds:0.0} s SidecarWorker; {rate:0} frames for each second of ours");
            return missing == 0 ? rate : 0;
        }
    }

    private static Task RunTurnsAsync(List<TurnClient[]> clients, string prompt) => Task.WhenAll(clients.Select(each =>
        Task.WhenAll([each[0].RunTurnAsync(prompt), .. each.Skip(1).Select(client => client.NextEndAsync())])));

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
