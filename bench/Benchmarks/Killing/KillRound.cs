using Sidecar.Benchmarks.Running;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Killing;

/// <summary>One round: a system of its own, an agent that has left processes of every kind, one deed, and a look at what remains.</summary>
internal sealed class KillRound(string appHost, string fakeAgent, int number) : IDisposable
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SweepDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReapDeadline = TimeSpan.FromSeconds(10); // the start of the system included
    private static readonly TimeSpan AgentDeadline = TimeSpan.FromSeconds(15);

    private readonly TemporaryFolder _folder = new();
    private readonly ZombieWatch _zombies = new();
    private readonly List<string> _left = [];
    private int _zombiesLeft;

    public async Task<KillResult> RunAsync(KillKind kind)
    {
        using var bystanders = new Bystanders(fakeAgent, _folder);
        var gone = TimeSpan.Zero;
        string? problem = null;
        try
        {
            gone = await ActAsync(kind);
        }
        catch (Exception exception)
        {
            problem = exception.Message; // one bad round is a result; the others still run
        }

        return new KillResult(kind, _left, _zombiesLeft, bystanders.Killed, gone, problem);
    }

    public void Dispose()
    {
        RunningSystem.KillMarked(_folder);
        _folder.Dispose();
    }

    private async Task<TimeSpan> ActAsync(KillKind kind)
    {
        using var system = await StartAsync();
        using var client = await Client.ConnectAsync(system.Port, (await system.CreateSessionAsync()).Id);
        await client.SendUserAsync("@spawn plain\n@spawn setsid\n@spawn double-fork\n@hang");
        await WaitFor.True(() => Marked().Count(IsSleeper) == 3, AgentDeadline, "the agent's three children");
        var worker = system.Worker;
        var services = new[] { system.AppHost, system.SessionApi };
        var agentTree = Marked().Except([.. services, worker, .. system.Guardians]).ToList();
        var workerTree = Marked().Except(services).ToList();
        switch (kind)
        {
            case KillKind.Stop:
                return await StopAsync(system);
            case KillKind.AgentKilled:
                Kill(agentTree.Single(run => !IsSleeper(run)));
                return await GoneThenStopAsync(system, agentTree);
            case KillKind.WorkerKilled:
                Kill(worker);
                return await GoneThenStopAsync(system, workerTree, "sidecar-worker is back");
            case KillKind.AppHostKilled:
                Kill(system.AppHost);
                return await GoneAsync(Marked, StopDeadline);
            case KillKind.AppHostAndWorkerKilled:
                Kill(system.AppHost, worker);
                return await GoneAsync(Marked, SweepDeadline);
            default:
                Kill([system.AppHost, worker, .. system.Guardians]);
                return await ReapedThenStopAsync(Marked());
        }
    }

    private async Task<TimeSpan> ReapedThenStopAsync(IReadOnlyList<ProcessRun> orphans)
    {
        var reaping = GoneAsync(() => [.. orphans.Where(ProcFs.Exists)], ReapDeadline);
        using var next = await StartAsync();
        var gone = await reaping;
        await StopAsync(next);
        return gone;
    }

    private Task<RunningSystem> StartAsync() => RunningSystem.StartAsync(appHost, _folder, ("Sidecar__Agent__Command", fakeAgent));

    private async Task<TimeSpan> GoneThenStopAsync(RunningSystem system, IReadOnlyList<ProcessRun> victims, string? announcement = null)
    {
        var gone = await GoneAsync(() => [.. victims.Where(ProcFs.Exists)], SweepDeadline);
        if (announcement is not null)
        {
            await system.WaitForOutputAsync(announcement, AgentDeadline);
        }

        await StopAsync(system);
        return gone;
    }

    private async Task<TimeSpan> StopAsync(RunningSystem system)
    {
        var started = TimeProvider.System.GetTimestamp();
        _zombies.See(Marked());
        (number % 2 == 0 ? (Action<ProcessRun>)TestSignals.Interrupt : TestSignals.Terminate)(system.AppHost);
        var exitCode = await system.ExitAsync(StopDeadline);
        await GoneAsync(Marked, SweepDeadline);
        return exitCode == 0
            ? TimeProvider.System.GetElapsedTime(started)
            : throw new InvalidOperationException($"The AppHost ended with code {exitCode}:\n{string.Join('\n', system.Output)}");
    }

    private void Kill(params ProcessRun[] runs)
    {
        _zombies.See(Marked());
        if (runs.Length > 1)
        {
            Array.ForEach(runs, TestSignals.Freeze); // together means that none of them sees another one die
        }

        Array.ForEach(runs, TestSignals.Kill);
    }

    /// <summary>Waits until all are gone and reaped, and counts what is not when the time is over.</summary>
    private async Task<TimeSpan> GoneAsync(Func<IReadOnlyList<ProcessRun>> alive, TimeSpan deadline)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            await WaitFor.True(() => alive().Count == 0, deadline, "the end of all processes");
        }
        catch (TimeoutException)
        {
            _left.AddRange(alive().Select(run => $"{run.Id} {ProcFs.CommandLine(run.Id)}"));
        }

        var took = TimeProvider.System.GetElapsedTime(started);
        try
        {
            await WaitFor.True(() => _zombies.Count() == 0, SweepDeadline, "the end of all zombies");
        }
        catch (TimeoutException)
        {
            _zombiesLeft += _zombies.Count();
        }

        return took;
    }

    private IReadOnlyList<ProcessRun> Marked() => RunningSystem.Marked(_folder);

    private static bool IsSleeper(ProcessRun run) => ProcFs.CommandLine(run.Id) == "sleep 600";
}
