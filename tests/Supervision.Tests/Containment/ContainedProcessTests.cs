using System.ComponentModel;
using System.IO.Pipes;
using Sidecar.Supervision.Containment;
using Proc = Sidecar.Tests.TestSupport.ProcFs;

namespace Sidecar.Tests.Supervision.Containment;

public sealed class ContainedProcessTests
{
    [Fact]
    public async Task Start_AnyChild_LeadsASessionOfItsOwn()
    {
        using var child = await Child.StartAsync("echo $$; cut -d' ' -f6 /proc/$$/stat");

        var id = child.Process.Identity.ProcessId.ToString(null, null);
        Assert.Equal(id, await child.ReadLineAsync());
        Assert.Equal(id, await child.ReadLineAsync());
    }

    [Fact]
    public async Task Start_WithAMarkerAndChanges_ShowsThemInTheEnvironment()
    {
        using var child = await Child.StartAsync("""echo "$SIDECAR_TEST_CHILD $ADDED ${HOME-none}" """, ("ADDED", "a b"), ("HOME", null));

        Assert.Equal($"{child.Marker.Value} a b none", await child.ReadLineAsync());
    }

    [Fact]
    public async Task Start_InAFolderThatIsNotThere_Throws()
    {
        var spec = new ContainedProcessSpec
        {
            FileName = "/bin/sh",
            WorkingDirectory = "/no/such/folder",
            Marker = new ProcessMarker("SIDECAR_TEST_CHILD", "none"),
        };

        await Assert.ThrowsAsync<Win32Exception>(() => ContainedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None));
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("kill -TERM $$", 128 + 15)]
    [InlineData("kill -KILL $$", 128 + 9)]
    public async Task Exit_OfAnyKind_HasItsCode(string script, int code)
    {
        using var child = await Child.StartAsync(script);

        Assert.Equal(code, await child.ExitAsync());
        Assert.False(child.Process.Identity.IsAlive);
    }

    [Fact]
    public async Task Exit_WhileAGrandchildHoldsThePipes_IsSeen()
    {
        using var child = await Child.StartAsync("sleep 600 & exit 0");

        Assert.Equal(0, await child.ExitAsync());
        var holder = Assert.Single(child.Living);
        Assert.StartsWith("pipe:", new FileInfo($"/proc/{holder.Id}/fd/1").LinkTarget, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_AfterTheEnd_ClosesThePipes()
    {
        using var child = await Child.StartAsync("exit 0");
        await child.ExitAsync();
        Stream[] streams = [child.Process.Input, child.Process.Output, child.Process.Error];
        var pipes = streams.Cast<PipeStream>().Select(stream => stream.SafePipeHandle).ToList();
        Assert.All(pipes, pipe => Assert.False(pipe.IsClosed));

        child.Process.Dispose();

        Assert.All(pipes, pipe => Assert.True(pipe.IsClosed));
    }

    [Fact]
    public async Task Stop_AfterItsEnd_HasNothingToDo()
    {
        using var child = await Child.StartAsync("exit 0");
        await child.ExitAsync();

        var report = await child.Process.StopAsync(Child.Patient);

        Assert.Equal(StopLevel.None, report.Level);
        Assert.Empty(report.Left);
    }

    [Fact]
    public async Task Stop_InterruptHeeded_GoesNoFurther()
    {
        using var child = await Child.StartAsync("exec cat");

        var report = await child.Process.StopAsync(Child.Patient, () =>
        {
            child.Process.Input.Close();
            return Task.CompletedTask;
        });

        Assert.Equal(StopLevel.Interrupted, report.Level);
        Assert.Equal(0, await child.ExitAsync());
    }

    [Fact]
    public async Task Stop_InterruptNotHeeded_GoesOnToSigTerm()
    {
        using var child = await Child.StartAsync("exec sleep 600");

        var report = await child.Process.StopAsync(
            Child.Patient with { Interrupt = TimeSpan.FromMilliseconds(50) }, () => Task.CompletedTask);

        Assert.Equal(StopLevel.Terminated, report.Level);
        Assert.True(report.Duration >= TimeSpan.FromMilliseconds(50), $"{report.Duration}");
    }

    [Fact]
    public async Task Stop_InterruptThatFails_GoesOnToSigTerm()
    {
        using var child = await Child.StartAsync("exec sleep 600");

        var report = await child.Process.StopAsync(
            Child.Patient with { Interrupt = TimeSpan.FromMilliseconds(50) }, () => Task.FromException(new IOException("broken pipe")));

        Assert.Equal(StopLevel.Terminated, report.Level);
    }

    [Fact]
    public async Task Stop_WithoutInterrupt_SendsSigTerm()
    {
        using var child = await Child.StartAsync("exec sleep 600");

        var report = await child.Process.StopAsync(Child.Patient);

        Assert.Equal(StopLevel.Terminated, report.Level);
        Assert.Empty(report.Left);
        Assert.Equal(128 + 15, await child.ExitAsync());
    }

    [Fact]
    public async Task Stop_ChildCleansUpOnSigTerm_MayFinish()
    {
        using var child = await Child.StartAsync("trap 'echo cleaned; exit 7' TERM; echo ready; while :; do sleep 0.02; done");
        Assert.Equal("ready", await child.ReadLineAsync());

        var report = await child.Process.StopAsync(Child.Patient);

        Assert.Equal(StopLevel.Terminated, report.Level);
        Assert.Equal(7, await child.ExitAsync());
        Assert.Equal("cleaned", await child.ReadLineAsync());
    }

    [Fact]
    public async Task Stop_SigTermIgnored_KillsWithinTheBudget()
    {
        using var child = await Child.StartAsync("trap '' TERM; echo ready; while :; do sleep 600; done");
        Assert.Equal("ready", await child.ReadLineAsync());

        var report = await child.Process.StopAsync(Child.Patient with { Terminate = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(StopLevel.Killed, report.Level);
        Assert.Empty(report.Left);
        Assert.Empty(child.Living);
        Assert.Equal(128 + 9, await child.ExitAsync());
    }

    [Fact]
    public async Task Stop_NoTimeForSigTerm_KillsAtOnce()
    {
        using var child = await Child.StartAsync("trap 'exit 7' TERM; echo ready; while :; do sleep 0.02; done");
        Assert.Equal("ready", await child.ReadLineAsync());

        var report = await child.Process.StopAsync(Child.Patient with { Terminate = TimeSpan.Zero });

        Assert.Equal(StopLevel.Killed, report.Level);
        Assert.Equal(128 + 9, await child.ExitAsync());
    }

    private const string Family = """
        sleep 601 >/dev/null 2>&1 &
        sh -c 'sleep 602 >/dev/null 2>&1 &'
        setsid sleep 603 >/dev/null 2>&1 &
        setsid sh -c 'sleep 604 >/dev/null 2>&1 &'
        """;

    [Fact]
    public async Task Stop_ChildWithAFamily_LeavesNobody()
    {
        using var child = await Child.StartAsync($"{Family}\nexec sleep 600");
        await child.HasSleepersAsync(5);

        var report = await child.Process.StopAsync(Child.Patient);

        Assert.Equal(StopLevel.Terminated, report.Level);
        Assert.Empty(report.Left);
        Assert.Empty(child.Living);
    }

    [Fact]
    public async Task Stop_AfterANormalExit_SweepsTheFamily()
    {
        using var child = await Child.StartAsync($"{Family}\nexit 0");
        Assert.Equal(0, await child.ExitAsync());
        await child.HasSleepersAsync(4);

        var report = await child.Process.StopAsync(Child.Patient);

        Assert.Equal(StopLevel.Terminated, report.Level);
        Assert.Empty(report.Left);
        Assert.Empty(child.Living);
    }

    [Fact]
    public async Task Stop_GrandchildIgnoresSigTerm_IsKilled()
    {
        using var child = await Child.StartAsync("setsid sh -c \"trap '' TERM; echo ready; exec sleep 600\" & exec sleep 600");
        Assert.Equal("ready", await child.ReadLineAsync());
        await child.HasSleepersAsync(2);

        var report = await child.Process.StopAsync(Child.Patient);

        Assert.Equal(StopLevel.Killed, report.Level);
        Assert.Empty(report.Left);
        Assert.Empty(child.Living);
    }

    [Fact]
    public async Task Stop_TreeThatForksOnAndIgnoresSigTerm_LeavesNobody()
    {
        // At most 160 processes: each shell leaves a sleeper, hands on to the next one and ends.
        using var child = await Child.StartAsync("""
            trap '' TERM
            hop() {
                if [ $1 -gt 0 ]; then sleep 600 >/dev/null 2>&1 & (hop $(($1 - 1))) & fi
                exit 0
            }
            echo ready
            hop 80
            """);
        Assert.Equal("ready", await child.ReadLineAsync());

        var report = await child.Process.StopAsync(Child.Patient with { Terminate = TimeSpan.FromMilliseconds(10) });

        Assert.Equal(StopLevel.Killed, report.Level);
        Assert.Empty(report.Left);
        Assert.Empty(child.Living);
    }

    [Fact]
    public async Task Stop_OfOneChild_LeavesItsSiblingAlone()
    {
        using var child = await Child.StartAsync("exec sleep 600");
        using var sibling = await Child.StartAsync("exec sleep 600");

        await child.Process.StopAsync(Child.Patient);

        Assert.True(Proc.Exists(sibling.Process.Identity.ProcessId, sibling.Process.Identity.StartedAt));
        Assert.False(sibling.Process.Exit.IsCompleted);
    }
}
