using System.Globalization;
using Sidecar.Benchmarks.Running;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Live;

/// <summary>What an idle client socket costs, each on a session of its own, against a server that only holds them; and whether it is given back.</summary>
internal static class SocketsRun
{
    private const int AtOnce = 50;
    private const int WarmUp = 500;
    private const int Comparable = 2000;
    private const double MostPerSocket = 12;
    private const double MostOfBare = 1.5;
    private const double MostOfBefore = 1.05;
    private const double MostMegabytes = 115;

    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    // A server that has noticed that it is idle, and has given back what opening the sockets took.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(35);
    private static readonly TimeSpan SettleDeadline = TimeSpan.FromSeconds(48);

    public static async Task<int> RunAsync(string appHost, int count)
    {
        double bare;
        using (var yardstick = await ListServer.BareKestrelAsync(0))
        {
            long Resident() => ProcFs.ResidentBytes(yardstick.ProcessId);
            var sockets = new List<LiveSocket>();
            await OpenAsync(yardstick.Port, sockets, WarmUp, greetings: 0);
            var empty = Resident();
            await OpenAsync(yardstick.Port, sockets, count, greetings: 0);
            bare = (Resident() - empty) / 1024.0 / count;
            await CloseAsync(sockets);
        }

        using var system = await LiveSystem.StartAsync(appHost, fakeAgent: null, sessions: 1);
        var all = new List<LiveSocket>();
        await OpenAsync(system.Port, all, WarmUp, greetings: 2);
        await CloseAsync(all);
        var gauges = await system.UsedAsync();
        await Task.Delay(LiveSystem.Grace + Rest, TimeProvider.System);
        var before = system.Resident().SessionApi;
        await OpenAsync(system.Port, all, count, greetings: 2);
        await Task.Delay(Rest, TimeProvider.System);
        var full = system.Resident().SessionApi;
        await CloseAsync(all);
        var (after, waited) = await SettledAsync(system, before);
        var left = await system.LeftOverAsync(gauges, SettleDeadline);

        await OpenAsync(system.Port, all, Comparable, greetings: 2);
        await Task.Delay(Quiet, TimeProvider.System);
        var (api, worker) = system.Resident();
        var appHostBytes = ProcFs.ResidentBytes(system.Running.AppHost.Id);
        await CloseAsync(all);

        var each = (full - before) / 1024.0 / count;
        Say($"{count} idle sockets, each on its own session: {each:0.0} KiB each; bare Kestrel {bare:0.0} KiB each; {each / bare:0.00} of it");
        Say($"{Comparable} of them for {Quiet.TotalSeconds:0} s: SessionApi {api / 1e6:0.0} MB, SidecarWorker {worker / 1e6:0.0} MB, AppHost {appHostBytes / 1e6:0.0} MB, together {(api + worker + appHostBytes) / 1e6:0.0} MB");
        Say($"SessionApi before {before / 1e6:0.0} MB, with all {full / 1e6:0.0} MB, {waited.TotalSeconds:0} s after they left {after / 1e6:0.0} MB ({(double)after / before:0.00} of before)");
        Say($"gauges not back: {(left.Count == 0 ? "none" : string.Join(", ", left))}");
        return each <= MostPerSocket && each <= bare * MostOfBare && after <= before * MostOfBefore && (api + worker + appHostBytes) / 1e6 <= MostMegabytes && left.Count == 0 ? 0 : 1;
    }

    /// <summary>Opens sockets on ids that nobody has seen before, and reads what each is sent at first.</summary>
    public static async Task OpenAsync(int port, List<LiveSocket> sockets, int count, int greetings)
    {
        for (var i = 0; i < count; i += AtOnce)
        {
            sockets.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, count - i)).Select(async _ =>
            {
                var socket = await LiveSocket.OpenAsync(port, Guid.NewGuid().ToString());
                for (var frame = 0; frame < greetings; frame++)
                {
                    await socket.ReadTextAsync();
                }

                return socket;
            })));
        }
    }

    /// <summary>Leaves politely with all of them.</summary>
    public static async Task CloseAsync(List<LiveSocket> sockets)
    {
        foreach (var some in sockets.Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(async socket =>
            {
                await socket.CloseOutputAsync();
                await socket.ReadAsync(static _ => { }).WaitAsync(CloseDeadline, TimeProvider.System);
                socket.Dispose();
            }));
        }

        sockets.Clear();
    }

    /// <summary>Waits until the memory is given back, or the time is over.</summary>
    private static async Task<(long Resident, TimeSpan Waited)> SettledAsync(LiveSystem system, long before)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (now, waited) = (system.Resident().SessionApi, TimeProvider.System.GetElapsedTime(started));
            if (now <= before * MostOfBefore || waited > SettleDeadline)
            {
                return (now, waited);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
