using Sidecar.Supervision.Containment;

namespace Sidecar.Tests.Supervision.Containment;

/// <summary>What belongs to a tree, decided over processes that are made up.</summary>
public sealed class ProcessSnapshotRulesTests
{
    private static readonly ProcessMarker Marker = new("RUN", "run.1");

    private readonly FakeProcessTable _table = new();

    [Fact]
    public void Tree_OfALeader_IsItsDescendantsAndWhoCarriesTheMarker()
    {
        var leader = _table.Add(9_000_100, parent: 1, startedAt: 10);
        var child = _table.Add(9_000_101, parent: 9_000_100, startedAt: 11);
        var grandchild = _table.Add(9_000_102, parent: 9_000_101, startedAt: 12);
        var stray = _table.Add(9_000_103, parent: 1, startedAt: 13, ("RUN", "run.1"));
        _table.Add(9_000_104, parent: 1, startedAt: 14, ("RUN", "run.12"));
        _table.Add(9_000_105, parent: 1, startedAt: 15, ("RUNS", "run.1"));

        Assert.Equal([leader, child, grandchild, stray], TreeOf(leader));
    }

    [Fact]
    public void Tree_ParentsInACycle_EndsTheWalk()
    {
        var leader = _table.Add(9_000_100, parent: 1, startedAt: 10);
        _table.Add(9_000_201, parent: 9_000_202, startedAt: 20);
        _table.Add(9_000_202, parent: 9_000_201, startedAt: 20);

        Assert.Equal([leader], TreeOf(leader));
    }

    [Fact]
    public void Tree_ParentIdGivenToAYoungerProcess_IsNoLink()
    {
        _table.Add(9_000_101, parent: 9_000_100, startedAt: 11); // its real parent, 9_000_100, has ended
        var leader = _table.Add(9_000_100, parent: Environment.ProcessId, startedAt: 50);

        Assert.Equal([leader], TreeOf(leader));
    }

    [Fact]
    public void Tree_MarkerOlderThanTheLeader_IsAnotherRun()
    {
        var leader = _table.Add(9_000_100, parent: 1, startedAt: 10);
        _table.Add(9_000_103, parent: 1, startedAt: 9, ("RUN", "run.1"));

        Assert.Equal([leader], TreeOf(leader));
    }

    [Fact]
    public void Tree_AboveOurselves_HasNeitherUsNorOurAncestors()
    {
        var sibling = _table.Add(9_000_100, FakeProcessTable.Parent, startedAt: 10);
        var child = _table.Add(9_000_101, Environment.ProcessId, startedAt: 11);

        Assert.Equal([sibling, child], TreeOf(new ProcessIdentity(1, 1)));
    }

    [Fact]
    public void KnownMembers_StrayThatLostParentAndEnvironment_IsRemembered()
    {
        var leader = _table.Add(9_000_100, parent: 1, startedAt: 10);
        var stray = _table.Add(9_000_101, parent: 9_000_100, startedAt: 11);
        var known = new KnownMembers(leader, Marker);
        Assert.Equal([leader, stray], Members(known));

        _table.Remove(9_000_100);
        _table.Add(9_000_101, Environment.ProcessId, startedAt: 11);
        var child = _table.Add(9_000_102, parent: 9_000_101, startedAt: 12);
        Assert.Equal([stray, child], Members(known));

        _table.Add(9_000_101, Environment.ProcessId, startedAt: 30); // the id of another process now
        _table.Add(9_000_102, Environment.ProcessId, startedAt: 31);
        Assert.Empty(Members(known));
    }

    private List<ProcessIdentity> Members(KnownMembers known) => [.. known.In(new ProcessSnapshot(_table)).Select(member => member.Identity)];

    private List<ProcessIdentity> TreeOf(ProcessIdentity leader) =>
    [
        .. new ProcessSnapshot(_table).TreeOf(new HashSet<ProcessIdentity> { leader }, Marker, leader.StartedAt)
            .Select(member => member.Identity),
    ];
}
