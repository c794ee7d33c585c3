using Sidecar.Supervision.Containment;

namespace Sidecar.Tests.Supervision.Containment;

/// <summary>Whom a subreaper collects, decided over processes that are made up.</summary>
public sealed class StartedChildrenTests
{
    private readonly FakeProcessTable _table = new();
    private readonly StartedChildren _started = new();

    [Fact]
    public void Inherited_AmongAllKindsOfProcesses_AreDeadChildrenThatWeDidNotStart()
    {
        var ours = Add(9_000_100);
        Assert.Equal(ours, _started.Add(ours.ProcessId, _table));
        var inherited = Add(9_000_101);
        Add(9_000_102);
        _table.Add(9_000_103, parent: 1, startedAt: 10);
        new[] { ours.ProcessId, inherited.ProcessId, 9_000_103 }.ToList().ForEach(_table.End);

        Assert.Equal([inherited], _started.Inherited(_table));
    }

    [Fact]
    public void Inherited_IdOfAChildWhoseExitIsKnown_IsNotMistakenForIt()
    {
        var ours = Add(9_000_100);
        _started.Add(ours.ProcessId, _table);
        var stranger = _table.Add(9_000_100, Environment.ProcessId, startedAt: 20); // the same id, before we heard of the exit
        _table.End(stranger.ProcessId);
        Assert.Equal([stranger], _started.Inherited(_table));

        _started.Remove(ours);

        Assert.Equal([stranger], _started.Inherited(_table));
    }

    [Fact]
    public void Add_ChildThatIsAlreadyGone_HasAnIdentityThatIsNeverAlive() =>
        Assert.Equal(new ProcessIdentity(9_000_100, -1), _started.Add(9_000_100, _table));

    private ProcessIdentity Add(int id) => _table.Add(id, Environment.ProcessId, startedAt: 10);
}
