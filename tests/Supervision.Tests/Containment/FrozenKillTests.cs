using Sidecar.Supervision.Containment;

namespace Sidecar.Tests.Supervision.Containment;

public sealed class FrozenKillTests
{
    private const int Generations = 6;

    private readonly List<ProcessIdentity> _alive = [new(9_000_000, 1)];
    private readonly HashSet<ProcessIdentity> _frozen = [];
    private int _lastId = 9_000_000;

    [Fact]
    public void Strike_MembersThatForkAtEachLook_EndsAllAtOnce()
    {
        var found = new FrozenKill(Look, Send).Strike();

        Assert.Empty(_alive);
        Assert.Equal(Generations, found.Count);
    }

    [Fact]
    public void Strike_NobodyThere_SendsNothing()
    {
        _alive.Clear();

        Assert.Empty(new FrozenKill(Look, (_, _) => throw new InvalidOperationException("A signal to nobody.")).Strike());
    }

    // Whoever is not frozen has a child right after each look, which is quicker than the signal; the last generation has none.
    private List<ProcessIdentity> Look()
    {
        List<ProcessIdentity> seen = [.. _alive];
        _alive.AddRange(seen
            .Where(member => !_frozen.Contains(member) && member.StartedAt < Generations)
            .Select(parent => new ProcessIdentity(++_lastId, parent.StartedAt + 1)));
        return seen;
    }

    private bool Send(ProcessIdentity target, Signal signal) => signal == Signal.Kill ? _alive.Remove(target) : _frozen.Add(target);
}
