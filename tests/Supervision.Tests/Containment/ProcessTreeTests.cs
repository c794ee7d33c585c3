using Sidecar.Supervision.Containment;
using Sidecar.Tests.TestSupport;
using Proc = Sidecar.Tests.TestSupport.ProcFs;

namespace Sidecar.Tests.Supervision.Containment;

public sealed class ProcessTreeTests
{
    [Fact]
    public async Task Kill_FrozenTree_IsEndedWithAllItsDescendants()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");
        using var child = await Child.StartAsync("sh -c 'sleep 600 & exec setsid sleep 600' & exec sleep 600");
        await child.HasSleepersAsync(3);
        child.Living.ToList().ForEach(TestSignals.Freeze);

        Assert.True(await KillAsync(child.Process.Identity.ProcessId));

        Assert.Empty(child.Living);
    }

    [Fact]
    public async Task Kill_NeighbourWithTheSameCommand_IsNotTouched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");
        using var neighbour = await Child.StartAsync("exec sleep 600");
        using var child = await Child.StartAsync("exec sleep 600");
        await neighbour.HasSleepersAsync(1);
        await child.HasSleepersAsync(1);

        Assert.True(await KillAsync(child.Process.Identity.ProcessId));

        Assert.Empty(child.Living);
        Assert.Single(neighbour.Living);
    }

    [Fact]
    public async Task Kill_ProcessThatIsGone_IsDoneAlready() => Assert.True(await KillAsync(int.MaxValue - 1));

    [Fact]
    public async Task Kill_OurselvesOrOurParent_IsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc here.");

        Assert.False(await KillAsync(Environment.ProcessId));
        Assert.False(await KillAsync(Proc.ParentOf(Environment.ProcessId)!.Value));
    }

    private static Task<bool> KillAsync(int processId) =>
        ProcessTree.KillAsync(processId, TimeProvider.System, TestContext.Current.CancellationToken);
}
