using Sidecar.Contracts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Sidecars;

/// <summary>Programs that freeze, die, grow or multiply.</summary>
public sealed class RecoveryTests
{
    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Server_Frozen_IsFoundInTimeAndReplaced(string language)
    {
        await using var server = new SidecarServer().WithServer("web", TestProgram.Of(language));
        var before = await server.UntilHealthyAsync("web");
        var frozenAt = TimeProvider.System.GetUtcNow();

        TestSignals.Freeze(server.RunOf(before));

        await server.UntilAsync("web", status => status.State == SidecarState.Degraded, "degraded before it is hung");
        var after = await server.UntilReplacedAsync(before);
        Assert.StartsWith("it hangs: 3 probes in a row failed; the last: ", after.LastFailure!.Reason, StringComparison.Ordinal);
        // A question every 300 ms, each given 300 ms: the third failure comes when at most three of them, and the pause before, have passed. The
        // first may have been on its way already. A round in which this machine itself was late does not count, so a loaded one gets a few more.
        var period = TimeSpan.FromMilliseconds(300);
        Assert.InRange(after.LastFailure.At - frozenAt, period * 2, ((period * 3) + period) * 1.2 + TimeSpan.FromSeconds(5));
        Assert.Equal((1, 1), (after.Restarts.Total, after.Restarts.InWindow));
        Assert.Equal(after.Pid, Assert.Single(server.Living).Id);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Server_Killed_IsReplacedOnANewPort(string language)
    {
        await using var server = new SidecarServer().WithServer("web", TestProgram.Of(language));
        var before = await server.UntilHealthyAsync("web");
        await server.AskAsync(before, "/spawn");
        await server.HasLivingAsync(2);

        TestSignals.Kill(server.RunOf(before));

        var after = await server.UntilReplacedAsync(before);
        Assert.Equal("it ended with code 137", after.LastFailure!.Reason);
        Assert.NotEqual(before.Port, after.Port);
        Assert.Equal(after.Pid, Assert.Single(server.Living).Id); // what it had started is gone too
    }

    [Fact]
    public async Task StdioProgram_Frozen_IsReplaced()
    {
        await using var server = new SidecarServer().With("echo", "cat", [], ("Probe:Type", "stdio"), ("Probe:Send", "well?"));
        var before = await server.UntilHealthyAsync("echo");
        Assert.True(before.ProbeLatencyMs >= 0);

        TestSignals.Freeze(server.RunOf(before));

        var after = await server.UntilReplacedAsync(before);
        Assert.Contains("no line on its standard output answered in time", after.LastFailure!.Reason, StringComparison.Ordinal);
        Assert.Contains("well?", after.LastFailure.LastOutput);
    }

    /// <summary>It writes as fast as it can: were it not drained it would stand still.</summary>
    [Fact]
    public async Task BusyProgram_Frozen_IsReplaced()
    {
        await using var server = new SidecarServer().With("busy", "yes", [], ("Probe:Type", "progress"));
        var before = await server.UntilHealthyAsync("busy");
        var later = await server.UntilAsync("busy", status => status.MemoryBytes > 0, "its memory is known");
        Assert.Equal((before.Pid, 0), (later.Pid, later.Restarts.Total));

        TestSignals.Freeze(server.RunOf(before));

        var after = await server.UntilReplacedAsync(before);
        Assert.Contains("neither wrote anything nor used processor time", after.LastFailure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_OverItsHardMemoryLimit_IsReplacedAtOnce()
    {
        // While it grows it may be too busy to answer; that is not what it is replaced for here.
        await using var server = new SidecarServer().WithServer(
            "web", TestProgram.Python, ("Limits:HardMemoryBytes", $"{150 << 20}"), ("Probe:FailureThreshold", "50"));
        var before = await server.UntilHealthyAsync("web");

        await server.AskAsync(before, "/grow");

        var after = await server.UntilReplacedAsync(before);
        Assert.Matches("^it uses [0-9.]+ MiB of memory with all that it started; 150 MiB are allowed$", after.LastFailure!.Reason);
    }

    [Fact]
    public async Task Server_IdleOverItsSoftMemoryLimit_IsReplaced()
    {
        await using var server = new SidecarServer().WithServer(
            "web", TestProgram.Python, ("Limits:SoftMemoryBytes", $"{150 << 20}"), ("IdleAfter", "00:00:02"), ("Probe:ProbeInterval", "00:00:05"), ("Probe:FailureThreshold", "50"));
        var before = await server.UntilHealthyAsync("web");

        await server.AskAsync(before, "/grow");

        var after = await server.UntilReplacedAsync(before);
        Assert.Contains("150 MiB are allowed", after.LastFailure!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_StartsMoreProcessesThanItMay_IsReplacedAndAllAreGone()
    {
        await using var server = new SidecarServer().WithServer("web", TestProgram.Python, ("Limits:MaxProcesses", "20"));
        var before = await server.UntilHealthyAsync("web");

        await server.AskAsync(before, "/fork-storm");

        var after = await server.UntilReplacedAsync(before);
        Assert.Matches("^it has [0-9]+ processes; 20 are allowed$", after.LastFailure!.Reason);
        Assert.Equal(after.Pid, Assert.Single(server.Living).Id);
    }

    [Fact]
    public async Task Server_NeverHealthy_IsReplacedAfterItsStartupTime()
    {
        await using var server = new SidecarServer().With(
            "silent", "sleep", ["600"], ("AssignPort", "true"), ("Probe:Type", "http"), ("Probe:StartupTimeout", "00:00:01"), ("Restart:Budget", "0"));

        var failed = await server.UntilAsync("silent", status => status.State == SidecarState.Failed, "the end of its budget");

        Assert.StartsWith("it was not healthy within 1 s; ", failed.LastFailure!.Reason, StringComparison.Ordinal);
        Assert.Empty(server.Living);
    }
}
