using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Guarding;

/// <summary>The worker is killed, and there is no AppHost that would end what it had started.</summary>
public sealed class WorkerGuardTests
{
    private const string Family = "@spawn plain\n@spawn setsid\n@spawn double-fork\n@hang";

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);

    public WorkerGuardTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");

    [Fact]
    public async Task Worker_Killed_NothingIsLeft()
    {
        await using var worker = await WorkerProgram.StartAsync();
        await StartFamilyAsync(worker);

        TestSignals.Kill(worker.Run);

        await WaitFor.True(() => worker.Living.Count == 0, Promised, "the end of the tree and of its guard");
    }

    [Fact]
    public async Task Worker_StoppedInOrder_TakesItsGuardAlong()
    {
        await using var worker = await WorkerProgram.StartAsync();
        await StartFamilyAsync(worker);

        TestSignals.Terminate(worker.Run);

        Assert.Equal(0, await worker.ExitAsync());
        Assert.Empty(worker.Living);
        Assert.DoesNotContain("guardian", await worker.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Guard_AskedToStop_StaysAsLongAsTheWorker()
    {
        await using var worker = await WorkerProgram.StartAsync();
        await StartFamilyAsync(worker); // by now the guard has been there for long enough to handle signals
        var guard = await GuardAsync(worker);

        TestSignals.Terminate(guard);
        TestSignals.Kill(worker.Run);

        await WaitFor.True(() => worker.Living.Count == 0, Promised, "the end of the tree and of its guard");
    }

    [Fact]
    public async Task Guard_Killed_IsReplaced()
    {
        await using var worker = await WorkerProgram.StartAsync();
        await StartFamilyAsync(worker);
        var first = await GuardAsync(worker);

        TestSignals.Kill(first);
        await WaitFor.True(() => worker.Guards is [var guard] && guard != first, WorkerProgram.Deadline, "another guard");
        TestSignals.Kill(worker.Run);

        await WaitFor.True(() => worker.Living.Count == 0, Promised, "the end of the tree and of its guard");
    }

    [Fact]
    public async Task WorkerAndGuard_KilledTogether_TheNextWorkerEndsWhatTheyLeft()
    {
        await using var worker = await WorkerProgram.StartAsync();
        await StartFamilyAsync(worker);

        TestSignals.Kill(await GuardAsync(worker));
        TestSignals.Kill(worker.Run);
        await using var next = await WorkerProgram.StartAsync();

        Assert.Empty(worker.Living);
        Assert.Single(next.Guards);
    }

    [Fact]
    public async Task Worker_StoppedInOrder_EndsEvenStraysThatNothingNames()
    {
        // A subshell that is gone at once, and a process with no environment in a session of its own.
        var mark = $"600.{Random.Shared.Next(100_000, 1_000_000)}";
        await using var worker = await WorkerProgram.StartAsync(
            ("Sidecar__Agent__Command", "/bin/sh"),
            ("Sidecar__Agent__Arguments__0", "-c"),
            ("Sidecar__Agent__Arguments__1", $"(env -i setsid sleep {mark} >/dev/null 2>&1 &); exec '{TestPrograms.FakeAgent}' \"$@\""),
            ("Sidecar__Agent__Arguments__2", "agent"));
        await worker.SayAsync("@hang");
        List<ProcessRun> Strays() => [.. ProcFs.Descendants(worker.Run.Id).Where(run => ProcFs.CommandLine(run.Id) == $"sleep {mark}")];
        await WaitFor.True(() => Strays().Count == 1, WorkerProgram.Deadline, "the stray below the worker");
        var stray = Strays()[0];
        try
        {
            TestSignals.Terminate(worker.Run);

            Assert.Equal(0, await worker.ExitAsync());
            Assert.False(ProcFs.Exists(stray));
        }
        finally
        {
            TestSignals.Kill(stray);
        }
    }

    private static async Task StartFamilyAsync(WorkerProgram worker)
    {
        await worker.SayAsync(Family);
        await WaitFor.True(() => worker.Sleepers.Count == 3, WorkerProgram.Deadline, "the agent's three children");
    }

    private static async Task<ProcessRun> GuardAsync(WorkerProgram worker)
    {
        await WaitFor.True(() => worker.Guards.Count == 1, WorkerProgram.Deadline, "the guard");
        return worker.Guards[0];
    }
}
