using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Sessions;

public sealed class AgentSessionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>The end is written late here, because a reader is behind; whoever has read it may start the next run.</summary>
    [Fact]
    public async Task Start_WhileTheEndIsBeingWritten_WaitsForIt()
    {
        var options = new AgentOptions
        {
            Command = "/bin/sh",
            Arguments = ["-c", "exit 0"],
            RetainedBytes = 1,
            SlowReaderPatience = TimeSpan.FromHours(1),
        };
        var session = TestSession.Of(options, TimeProvider.System);
        var slow = session.Events.Attach(0);
        await session.StartAsync(Launch("run-1"), CancellationToken.None);

        var next = Task.FromException<Contracts.AgentSession?>(new InvalidOperationException());
        await WaitFor.True(
            () =>
            {
                next = session.StartAsync(Launch("run-2"), CancellationToken.None);
                return !next.IsFaulted; // refused as long as the first process runs
            },
            Deadline,
            "a start that waits");
        Assert.False(next.IsCompleted);
        slow.Dispose();

        var started = await next.WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal(("run-2", 3), (started!.Launch.LaunchId, started.LaunchSequence));
        await session.StopAsync("run-2", AgentStopMode.Kill, new AgentEnd(AgentExitCause.Stopped)).WaitAsync(Deadline, TimeProvider.System);
    }

    private static AgentLaunch Launch(string id) => new() { LaunchId = id, WorkDir = Path.GetTempPath() };
}
