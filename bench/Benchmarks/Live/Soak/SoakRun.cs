using System.Diagnostics;
using System.Globalization;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>
/// Many sessions with two clients each run turns while clients come and go, read slowly and stop turns, and the session API is killed. Every
/// client must get every piece of every turn once, or be told that it missed some; at the end nothing may be left.
/// </summary>
internal static class SoakRun
{
    private const double MemoryTolerance = 0.1;

    // Of a small process a tenth is less than what one fragmented heap segment differs by from run to run.
    private const double LeastTolerance = 8e6;

    private static readonly TimeSpan BackDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FinishDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettleDeadline = TimeSpan.FromSeconds(45);

    // A service notices after 10 s to 20 s that it has nothing to do, and gives its memory back; pooled arrays after a minute more.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan MemoryDeadline = TimeSpan.FromSeconds(240);

    public static async Task<int> RunAsync(string appHost, string fakeAgent, int sessions, TimeSpan duration, int seed, bool plain)
    {
        Console.WriteLine($"{sessions} sessions, {2 * sessions} sockets, {duration.TotalMinutes:0.#} minutes, seed {seed}, {(plain ? "plain clients" : "clients that resume")}");
        using var system = await LiveSystem.StartAsync(
            appHost,
            fakeAgent,
            sessions,
            ("Sidecar__Live__MaxQueuedBytes", (256 * 1024).ToString(CultureInfo.InvariantCulture)),
            ("Logging__LogLevel__Sidecar.Supervision.Memory", "Debug"),
            ("Sidecar__Supervision__Restart__Budget", "1000"),
            ("Sidecar__Supervision__Restart__HealthyAfter", "00:00:05"));
        var ids = new List<string>();
        for (var i = 0; i < sessions; i++)
        {
            ids.Add((await system.Running.CreateSessionAsync()).Id);
        }

        var atStart = system.Resident();
        var gauges = await system.UsedAsync();
        var counts = new SoakCounts();
        await WarmUpAsync(system, ids, plain, seed, counts);
        var isSettled = await SettleAsync(system, fakeAgent, gauges);
        await Task.Delay(Rest, TimeProvider.System);
        var before = system.Resident();

        var soaked = ids.Select((id, i) => new SoakSession(system, id, Label("s", i), !plain, seed + (10 * i), counts)).ToList();
        await SoakAsync(system, soaked, duration, new Random(seed), counts);
        isSettled &= await SettleAsync(system, fakeAgent, gauges);
        var after = await MemoryAsync(system, before);

        counts.Print();
        SoakLog.Print(system.Running.Output);
        Say($"{await system.MemoryTextAsync()}");
        Say($"memory of SessionApi {Megabytes(atStart.SessionApi)} at the start, {Megabytes(before.SessionApi)} warmed up, {Megabytes(after.SessionApi)} afterwards");
        Say($"memory of SidecarWorker {Megabytes(atStart.Worker)} at the start, {Megabytes(before.Worker)} warmed up, {Megabytes(after.Worker)} afterwards");
        var memoryIsBack = IsBack(after.SessionApi, before.SessionApi) && IsBack(after.Worker, before.Worker);
        var stoppedWell = await system.StopAsync();
        Say($"everything back at its base: {isSettled}; memory within {MemoryTolerance:P0}: {memoryIsBack}; stopped without anything left: {stoppedWell}");
        return !counts.IsBroken && isSettled && memoryIsBack && stoppedWell ? 0 : 1;
    }

    /// <summary>One turn of each session without any fault: what is loaded and pooled once is there from then on.</summary>
    private static async Task WarmUpAsync(LiveSystem system, List<string> ids, bool plain, int seed, SoakCounts counts)
    {
        var sessions = ids.Select((id, i) => new SoakSession(system, id, Label("w", i), !plain, seed - (10 * i), counts)).ToList();
        sessions.ForEach(session => session.Connect());
        await Task.WhenAll(sessions.Select((session, i) => session.RunTurnAsync(isBurst: i % SoakSession.BurstEvery == 0)));
        await Task.WhenAll(sessions.Select(session => session.FinishAsync(FinishDeadline)));
        await Task.WhenAll(sessions.Select(session => session.LeaveAsync()));
    }

    private static async Task SoakAsync(LiveSystem system, List<SoakSession> sessions, TimeSpan duration, Random random, SoakCounts counts)
    {
        using var over = new CancellationTokenSource(duration, TimeProvider.System);
        sessions.ForEach(session => session.Connect());
        var work = sessions.SelectMany(session => (Task[])[session.RunTurnsAsync(over.Token), session.DisturbAsync(over.Token)]);
        await Task.WhenAll([.. work, KillAsync(system, random, counts, over.Token)]);
        await Task.WhenAll(sessions.Select(session => session.FinishAsync(FinishDeadline)));
        await Task.WhenAll(sessions.Select(session => session.LeaveAsync()));
    }

    /// <summary>Kills the session API every now and then.</summary>
    private static async Task KillAsync(LiveSystem system, Random random, SoakCounts counts, CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(random.Next(15, 35)), TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested)
            {
                return;
            }

            counts.Add(Soaked.Kills);
            var killed = system.Running.SessionApi;
            TestSignals.Kill(killed);
            await WaitFor.True(() => system.Running.Service("SessionApi") is { } next && next != killed, BackDeadline, "the session API's return");
        }
    }

    /// <summary>Waits until all that counts is back where it was and no agent is left.</summary>
    private static async Task<bool> SettleAsync(LiveSystem system, string fakeAgent, IReadOnlyDictionary<string, long> gauges)
    {
        var started = Stopwatch.GetTimestamp();
        while (system.Agents(fakeAgent) > 0 && Stopwatch.GetElapsedTime(started) < SettleDeadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }

        var left = await system.LeftOverAsync(gauges, SettleDeadline);
        var agents = system.Agents(fakeAgent);
        Say($"everybody left: agents {agents}, {(gauges.Count == 0 ? "the server tells no limits" : left.Count == 0 ? $"{gauges.Count} gauges at their base" : string.Join(", ", left))}");
        return agents == 0 && left.Count == 0;
    }

    /// <summary>Leaves the services alone until they have given their memory back, for a bounded time.</summary>
    private static async Task<(long SessionApi, long Worker)> MemoryAsync(LiveSystem system, (long SessionApi, long Worker) before)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            var now = system.Resident();
            if ((IsBack(now.SessionApi, before.SessionApi) && IsBack(now.Worker, before.Worker)) || Stopwatch.GetElapsedTime(started) > MemoryDeadline)
            {
                Say($"memory looked at {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s after the end");
                return now;
            }
        }
    }

    private static bool IsBack(long now, long before) => now <= before + Math.Max(before * MemoryTolerance, LeastTolerance);

    private static string Label(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
