using System.Text;
using Sidecar.Supervision.Containment;
using Proc = Sidecar.Tests.TestSupport.ProcFs;

namespace Sidecar.Tests.Supervision.Containment;

public sealed class ProcessSnapshotTests
{
    private static readonly ProcessMarker Nobody = new("SIDECAR_TEST_CHILD", "nobody");

    [Fact]
    public async Task Find_UnderOurOwnParent_HasNeitherUsNorOurAncestors()
    {
        using var child = await Child.StartAsync("exec sleep 600");
        var parent = ProcessIdentity.Of(Proc.ParentOf(Environment.ProcessId)!.Value)!.Value;

        var members = Find(parent, Nobody);

        Assert.Contains(child.Process.Identity, members);
        AssertWithoutUs(members);
    }

    [Fact]
    public void Find_ByAVariableOfOurOwnEnvironment_HasNeitherUsNorOurAncestors()
    {
        var ours = File.ReadAllText("/proc/self/environ", Encoding.UTF8).Split('\0')[0].Split('=', 2);

        AssertWithoutUs(Find(new ProcessIdentity(int.MaxValue, -1), new ProcessMarker(ours[0], ours[1])));
    }

    [Fact]
    public async Task Find_LeaderWhoseIdWasReused_FindsNobody()
    {
        using var child = await Child.StartAsync("sleep 600 & exec sleep 600");
        await child.HasSleepersAsync(2);
        var earlierRun = child.Process.Identity with { StartedAt = child.Process.Identity.StartedAt - 1 };

        Assert.Empty(Find(earlierRun, Nobody));
    }

    [Fact]
    public async Task Find_LeaderThatIsGone_FindsByTheMarker()
    {
        using var child = await Child.StartAsync("sleep 600 >/dev/null & exit 0");
        await child.ExitAsync();
        await child.HasSleepersAsync(1);

        var left = Assert.Single(Find(child.Process.Identity, child.Marker));

        Assert.Equal(Assert.Single(child.Living).Id, left.ProcessId);
    }

    [Fact]
    public async Task Send_ToAnIdThatBelongsToAnotherRun_SignalsNobody()
    {
        using var child = await Child.StartAsync("exec sleep 600");
        var identity = child.Process.Identity;

        Assert.False(Signals.Send(identity with { StartedAt = identity.StartedAt + 1 }, Signal.Kill));
        Assert.False(Signals.Send(identity with { StartedAt = -1 }, Signal.Kill));
        Assert.True(identity.IsAlive);
        Assert.True(Signals.Send(identity, Signal.Terminate)); // had a SIGKILL been sent, it would decide the exit code
        Assert.Equal(128 + 15, await child.ExitAsync());
        Assert.False(Signals.Send(identity, Signal.Kill));
    }

    private static void AssertWithoutUs(List<ProcessIdentity> members)
    {
        for (int? id = Environment.ProcessId; id > 0; id = Proc.ParentOf(id.Value))
        {
            Assert.DoesNotContain(members, member => member.ProcessId == id);
        }
    }

    private static List<ProcessIdentity> Find(ProcessIdentity leader, ProcessMarker marker) =>
        [.. ProcessSnapshot.Take().TreeOf(new HashSet<ProcessIdentity> { leader }, marker, leader.StartedAt).Select(member => member.Identity)];
}
