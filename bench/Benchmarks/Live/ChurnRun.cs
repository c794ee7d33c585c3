using System.Globalization;

namespace Sidecar.Benchmarks.Live;

/// <summary>Thousands of sessions that come and go leave nothing: every gauge is back, and so is the managed heap.</summary>
internal static class ChurnRun
{
    private const int AtOnce = 8;
    private const int WarmUp = 500;
    private const double MostMegabytes = 5;

    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SettleDeadline = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string appHost, int count)
    {
        // Deleted sessions are remembered for a day; here for long enough that it happens, and short enough to see it end.
        using var system = await LiveSystem.StartAsync(appHost, fakeAgent: null, sessions: 1, ("Sidecar__Live__DeletedSessionsLifetime", "00:00:10"));
        await OpenAndCloseAsync(system, WarmUp);
        await CreateAndDeleteAsync(system, WarmUp);
        var gauges = await system.UsedAsync();
        await system.LeftOverAsync(gauges.ToDictionary(item => item.Key, _ => 0L), LiveSystem.Grace * 2);
        gauges = await system.UsedAsync();
        var heapBefore = await LeastHeapAsync(system, most: null);
        var before = system.Resident().SessionApi;

        await OpenAndCloseAsync(system, count);
        var (leftOpened, heapOpened, opened) = await LookAsync(system, gauges, heapBefore);
        await CreateAndDeleteAsync(system, count);
        var (leftDeleted, heapDeleted, deleted) = await LookAsync(system, gauges, heapBefore);

        Say($"SessionApi before: {before / 1e6:0.0} MB resident, managed heap {Megabytes(heapBefore)}");
        Say($"{count} sessions opened and closed: {opened / 1e6:0.0} MB resident, managed heap {Megabytes(heapOpened)}, gauges not back: {Describe(leftOpened)}");
        Say($"{count} sessions created and deleted: {deleted / 1e6:0.0} MB resident, managed heap {Megabytes(heapDeleted)}, gauges not back: {Describe(leftDeleted)}");
        foreach (var (name, used) in (await system.UsedAsync()).Where(item => item.Value != 0))
        {
            Say($"    {name} {used}");
        }

        var heapIsBack = heapDeleted is null || heapDeleted - heapBefore <= MostMegabytes * 1e6;
        return leftOpened.Count + leftDeleted.Count == 0 && heapIsBack && await system.StopAsync() ? 0 : 1;
    }

    private static async Task OpenAndCloseAsync(LiveSystem system, int count)
    {
        var sockets = new List<LiveSocket>();
        for (var i = 0; i < count; i += AtOnce)
        {
            await SocketsRun.OpenAsync(system.Port, sockets, Math.Min(AtOnce, count - i), greetings: 2);
            await SocketsRun.CloseAsync(sockets);
        }
    }

    private static async Task CreateAndDeleteAsync(LiveSystem system, int count)
    {
        for (var i = 0; i < count; i += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, count - i)).Select(async place =>
            {
                // In a few folders: the project directory of a folder stays, and with it a watch.
                var session = await system.Running.CreateSessionAsync($"churn-{place}");
                using var socket = await LiveSocket.OpenAsync(system.Port, session.Id);
                await socket.ReadTextAsync();
                await socket.ReadTextAsync(); // from here on it belongs to the session
                using var answer = await system.Http.DeleteAsync(new Uri($"/api/sessions/{session.Id}", UriKind.Relative));
                answer.EnsureSuccessStatusCode();
                await socket.ReadAsync(static _ => { }).WaitAsync(CloseDeadline, TimeProvider.System); // the server closes it
            }));
        }
    }

    private static async Task<(IReadOnlyList<string> Left, long? Heap, long Resident)> LookAsync(
        LiveSystem system, IReadOnlyDictionary<string, long> gauges, long? heapBefore)
    {
        var left = await system.LeftOverAsync(gauges, SettleDeadline);
        var heap = await LeastHeapAsync(system, heapBefore + (long)(MostMegabytes * 1e6));
        return (left, heap, system.Resident().SessionApi);
    }

    /// <summary>The managed heap holds garbage too: requests give the collector reasons, and the least of some looks is what is really held.</summary>
    /// <param name="system">The running system.</param>
    /// <param name="most">So much is little enough; null to look all the time.</param>
    private static async Task<long?> LeastHeapAsync(LiveSystem system, long? most)
    {
        var least = await system.ManagedBytesAsync();
        for (var i = 0; i < 200 && least is not null && !(least <= most); i++)
        {
            for (var call = 0; call < 50; call++)
            {
                await system.Http.GetByteArrayAsync(new Uri("/api/sessions?limit=50", UriKind.Relative));
            }

            least = Math.Min(least.Value, (await system.ManagedBytesAsync()) ?? long.MaxValue);
        }

        return least;
    }

    private static string Megabytes(long? bytes) => bytes is null ? "not told" : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private static string Describe(IReadOnlyList<string> left) => left.Count == 0 ? "none" : string.Join(", ", left);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
