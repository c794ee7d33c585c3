using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>How runs, sessions and the worker itself end.</summary>
public sealed class StopTests
{
    private readonly Guid _session = Guid.NewGuid();

    [Fact]
    public async Task Stop_IdleAgent_EndsWhenItsInputIsClosed()
    {
        await using var worker = new Worker { Settings = { ["CloseGrace"] = "00:00:30" } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        var stopped = await worker.StopAsync(_session, "run-1");

        Assert.Equal(AgentStopLevel.InputClosed, stopped.Level);
        Assert.Empty(stopped.LeftProcesses);
        Assert.Empty(worker.Living);
        var exited = await feed.ExitedAsync();
        Assert.Equal((0, true, "run-1"), (exited.ExitCode, exited.Requested, exited.LaunchId));
        Assert.Equal(AgentStopLevel.None, (await worker.StopAsync(_session, "run-1")).Level);
    }

    [Fact]
    public async Task Stop_OfAnEarlierRun_DoesNothing()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session, "run-2");

        Assert.Equal(AgentStopLevel.None, (await worker.StopAsync(_session, "run-1")).Level);

        await worker.SayAsync(_session, "still there", launchId: "run-2");
    }

    [Theory]
    [InlineData(false, false, AgentStopLevel.Terminated, 143)]
    [InlineData(true, false, AgentStopLevel.Killed, 137)]
    [InlineData(false, true, AgentStopLevel.Killed, 137)]
    public async Task Stop_AgentInATurn_GoesAsFarAsItMust(bool ignoresSigTerm, bool force, AgentStopLevel level, int exitCode)
    {
        await using var worker = new Worker
        {
            Settings = { ["CloseGrace"] = "00:00:00.100", ["TerminateGrace"] = ignoresSigTerm ? "00:00:00.100" : "00:00:30" },
        };
        if (ignoresSigTerm)
        {
            worker.AgentEnvironment["FAKE_AGENT_IGNORE_SIGTERM"] = "1";
        }

        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@spawn setsid\n@hang");
        await worker.HasLivingAsync(2);

        var stopped = await worker.StopAsync(_session, force: force);

        Assert.Equal(level, stopped.Level);
        Assert.Empty(stopped.LeftProcesses);
        Assert.Empty(worker.Living);
        var exited = await feed.ExitedAsync();
        Assert.Equal((exitCode, true), (exited.ExitCode, exited.Requested));
    }

    [Fact]
    public async Task Prune_LongAfterTheEnd_ForgetsTheSession()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var worker = new Worker { Time = time, Settings = { ["EndedRetention"] = "00:01:00" } };
        await worker.StartAsync(_session);
        await worker.SayAsync(_session, "@crash-before-answer");
        await worker.HasEndedAsync(_session);
        var registry = worker.Services.GetRequiredService<AgentSessionRegistry>();
        await using var feed = await worker.OpenAsync(_session);
        await feed.ExitedAsync();

        time.Advance(TimeSpan.FromMinutes(1));
        registry.Prune();
        Assert.Single((await worker.ListAsync()).Sessions);
        time.Advance(TimeSpan.FromMilliseconds(1));
        registry.Prune();

        Assert.Empty((await worker.ListAsync()).Sessions);
        Assert.Null(await feed.NextAsync());
        await worker.Http.GetAsync($"/v1/sessions/{_session}/events").RefusedAsync(404, WorkerErrors.NotRunning);
    }

    [Fact]
    public async Task HostStop_WithRunningAgents_LeavesNoProcess()
    {
        var worker = new Worker();
        var sessions = new[] { _session, Guid.NewGuid(), Guid.NewGuid() };
        await Task.WhenAll(sessions.Select(id => worker.StartAsync(id)));
        await worker.SayAsync(sessions[0], "@spawn setsid\n@spawn double-fork\n@spawn plain\n@hang");
        await worker.SayAsync(sessions[1], "@hang-hard");
        await worker.HasLivingAsync(6);
        await using var feed = await worker.OpenAsync(sessions[0]);

        await worker.Services.GetRequiredService<Microsoft.Extensions.Hosting.IHost>().StopAsync();

        Assert.Empty(worker.Living);
        Assert.True((await feed.ExitedAsync()).Requested);
        await worker.DisposeAsync();
    }
}
