using Sidecar.Contracts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>What an agent may take: a place, memory, processes, time without a turn. The figures are in docs/configuration.md.</summary>
public sealed class LimitTests
{
    private const string TwoHundredMebibytes = "209715200";

    private readonly Guid _session = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    [Fact]
    public async Task Start_AllPlacesTakenAndOneAgentIdle_StopsTheIdleOne()
    {
        await using var worker = new Worker { Settings = { ["MaxProcesses"] = "2" } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.StartAsync(_other);
        await worker.SayAsync(_other, "@hang");

        await worker.StartAsync(Guid.NewGuid());

        var exited = await feed.ExitedAsync();
        Assert.Equal((AgentExitCause.Idle, true), (exited.Cause, exited.Requested));
        await worker.HasLivingAsync(2);
        await worker.StopAsync(_other, force: true);
    }

    [Fact]
    public async Task Start_AllPlacesTakenByTurns_IsRefusedWithTheSetting()
    {
        await using var worker = new Worker { Settings = { ["MaxProcesses"] = "1" } };
        await worker.StartAsync(_other);
        await worker.SayAsync(_other, "@hang");

        var sentence = await worker.PostStartAsync(_session, worker.Launch("run-1")).RefusedAsync(503, WorkerErrors.LimitReached);

        Assert.Contains("Sidecar:Agent:MaxProcesses", sentence, StringComparison.Ordinal);
        await worker.StopAsync(_other, force: true);
        await worker.StartAsync(_session); // the place is free again
    }

    [Fact]
    public async Task Start_ThatFails_GivesItsPlaceBack()
    {
        await using var worker = new Worker { Settings = { ["MaxProcesses"] = "1" } };
        var nowhere = worker.Launch("run-1") with { WorkDir = "/does/not/exist" };
        await worker.PostStartAsync(_session, nowhere).RefusedAsync(422, WorkerErrors.WorkDirInvalid);

        await worker.StartAsync(_session);
    }

    [Fact]
    public async Task Agent_IdleForLong_IsStopped()
    {
        await using var worker = new Worker { Settings = { ["IdleTimeout"] = "00:00:01" } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        var exited = await feed.ExitedAsync();

        Assert.Equal((AgentExitCause.Idle, true, 0), (exited.Cause, exited.Requested, exited.ExitCode));
        Assert.NotNull(exited.Reason);
    }

    [Fact]
    public async Task Agent_OverItsMemory_IsKilledInMidTurnWithAllItStarted()
    {
        await using var worker = new Worker { Settings = { ["Limits:HardMemoryBytes"] = TwoHundredMebibytes } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@spawn setsid\n@grow 300\n@hang");

        var exited = await feed.ExitedAsync();

        Assert.Equal((AgentExitCause.MemoryLimit, false), (exited.Cause, exited.Requested));
        Assert.Contains("200 MiB are allowed", exited.Reason, StringComparison.Ordinal);
        Assert.Empty(worker.Living);
    }

    [Fact]
    public async Task Agent_OverItsSoftMemory_IsStoppedWhenItsTurnHasEnded()
    {
        await using var worker = new Worker { Settings = { ["Limits:SoftMemoryBytes"] = TwoHundredMebibytes } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@grow 300\n@slow 500 5");

        await feed.UntilResultAsync();
        var exited = await feed.ExitedAsync();

        Assert.Equal((AgentExitCause.Idle, true), (exited.Cause, exited.Requested));
        Assert.Contains("200 MiB are allowed", exited.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_WithTooManyProcesses_IsKilledWithAllOfThem()
    {
        await using var worker = new Worker { Settings = { ["Limits:MaxProcesses"] = "10" } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, string.Concat(Enumerable.Repeat("@spawn plain\n@spawn setsid\n@spawn double-fork\n", 6)) + "@hang");

        var exited = await feed.ExitedAsync();

        Assert.Equal((AgentExitCause.ProcessLimit, false), (exited.Cause, exited.Requested));
        Assert.Contains("10 are allowed", exited.Reason, StringComparison.Ordinal);
        Assert.Empty(worker.Living);
    }

    [Fact]
    public async Task Turn_ThatHangsAndHeedsTheInterrupt_GoesOn()
    {
        await using var worker = Stalling();
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@hang");

        var events = await feed.UntilResultAsync();

        Assert.Equal([AgentStallStep.Warned, AgentStallStep.Interrupted], Steps(events));
        await worker.SayAsync(_session, "hello", "m2");
        await feed.UntilResultAsync();
        await worker.HasLivingAsync(1);
    }

    [Fact]
    public async Task Turn_ThatHangsAndIgnoresTheInterrupt_IsKilled()
    {
        await using var worker = Stalling();
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@spawn double-fork\n@hang-hard");

        var events = await feed.UntilAsync(item => item.EventType == AgentEventTypes.Exited);

        Assert.Equal([AgentStallStep.Warned, AgentStallStep.Interrupted, AgentStallStep.Killed], Steps(events));
        var exited = events[^1].As(WorkerJson.Default.AgentExited);
        Assert.Equal((AgentExitCause.Stalled, false), (exited.Cause, exited.Requested));
        Assert.Empty(worker.Living);
    }

    [Fact]
    public async Task Turn_OfAFrozenAgent_IsKilled()
    {
        await using var worker = Stalling();
        var started = await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@hang");
        TestSignals.Freeze(ProcFs.Find(started.ProcessId!.Value)!.Value);

        Assert.Equal(AgentExitCause.Stalled, (await feed.ExitedAsync()).Cause);
    }

    [Fact]
    public async Task List_WhileAnAgentRuns_TellsWhatItDoesAndUses()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);
        await worker.SayAsync(_session, "@spawn setsid\n@hang");

        await WaitFor.True(
            async () => (await worker.ListAsync()).Sessions.Single() is { Turn: AgentTurnState.Working, Processes: 2, MemoryBytes: > 1_000_000 },
            Worker.Deadline,
            "two processes and their memory");

        await worker.StopAsync(_session, force: true);
        Assert.Equal(((AgentTurnState?)null, (int?)null), ((await worker.ListAsync()).Sessions.Single().Turn, (await worker.ListAsync()).Sessions.Single().Processes));
    }

    private static Worker Stalling() =>
        new() { Settings = { ["StallTimeout"] = "00:00:02", ["InterruptGrace"] = "00:00:00.500" } };

    private static IEnumerable<AgentStallStep> Steps(IEnumerable<System.Net.ServerSentEvents.SseItem<string>> events) =>
        events.Where(item => item.EventType == AgentEventTypes.Stalled).Select(item => item.As(WorkerJson.Default.AgentStalled).Step);
}
