using Microsoft.Extensions.Time.Testing;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Reaping;
using Sidecar.Tests.Supervision.Containment;

namespace Sidecar.Tests.Supervision.Reaping;

/// <summary>Who is an orphan, decided over processes that are made up.</summary>
public sealed class OrphanReaperRulesTests
{
    private const string Name = "RUN";

    private static readonly ProcessOwner Dead = ProcessOwner.Current() with { Identity = new ProcessIdentity(9_000_050, 5) };

    private readonly FakeProcessTable _table = new();
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.Zero };

    [Fact]
    public async Task Orphan_WithDescendantsThatLostTheMarker_IsKilledWithThem()
    {
        var orphan = _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead));
        var child = _table.Add(9_000_101, parent: 9_000_100, startedAt: 11);
        var bystander = _table.Add(9_000_102, parent: 1, startedAt: 12);

        Assert.Equal(2, await ReapAsync());

        Assert.Equal([orphan, child], Killed());
        Assert.NotNull(_table.Find(bystander.ProcessId));
    }

    [Fact]
    public async Task Owner_WhoseIdBelongsToAnotherRunNow_IsDead()
    {
        var orphan = _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead));
        _table.Add(9_000_050, parent: 1, startedAt: 20);

        Assert.Equal(1, await ReapAsync());

        Assert.Equal([orphan], Killed());
    }

    [Fact]
    public async Task Owner_ThatAppearsAfterTheLook_IsAlive()
    {
        _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead));
        _table.AfterRead = () => _table.Add(9_000_050, parent: 1, startedAt: 5);

        Assert.Equal(0, await ReapAsync());

        Assert.Empty(_table.Sent);
    }

    [Fact]
    public async Task Orphan_WhoseIdIsReusedBeforeTheSignal_IsNotTouched()
    {
        _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead));
        _table.AfterRead = () => _table.Add(9_000_100, parent: 1, startedAt: 40);

        await ReapAsync();

        Assert.Empty(_table.Sent);
        Assert.Equal(40, _table.Find(9_000_100)?.Identity.StartedAt);
    }

    [Fact]
    public async Task Marker_OfAnotherNamespace_IsNotOurs()
    {
        _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead with { Namespace = "17" }));

        Assert.Equal(0, await ReapAsync());
    }

    [Fact]
    public async Task WeAndOurAncestors_WithADeadOwner_AreNeverTouched()
    {
        _table.Add(1, parent: 0, startedAt: 1, Mark(Dead));
        _table.Add(FakeProcessTable.Parent, parent: 1, startedAt: 2, Mark(Dead));
        _table.Add(Environment.ProcessId, FakeProcessTable.Parent, startedAt: 3, Mark(Dead));
        _table.Add(9_000_100, Environment.ProcessId, startedAt: 10);

        Assert.Equal(0, await ReapAsync());

        Assert.Empty(_table.Sent);
    }

    [Fact]
    public async Task ProcessOfALivingOwner_BelowAnOrphan_IsNotTouched()
    {
        var living = ProcessOwner.Current() with { Identity = _table.Add(9_000_060, parent: 1, startedAt: 6) };
        var orphan = _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead));
        _table.Add(9_000_101, parent: 9_000_100, startedAt: 11, Mark(living));

        Assert.Equal(1, await ReapAsync());

        Assert.Equal([orphan], Killed());
    }

    [Fact]
    public async Task Grace_OrphanEndsInOrder_IsOnlyAsked()
    {
        var orphan = _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead));

        var reaping = new OrphanReaper(Name, _time, _table, _table.Send) { Grace = TimeSpan.FromSeconds(2) }.ReapAsync(CancellationToken.None);
        _table.Remove(9_000_100);
        _time.Advance(TimeSpan.FromMilliseconds(25));

        Assert.Equal(1, await reaping);
        Assert.Equal([(orphan, Signal.Terminate)], _table.Sent);
    }

    [Fact]
    public async Task Grace_OrphanDoesNotEnd_IsKilledAfterIt()
    {
        var orphan = _table.Add(9_000_100, parent: 1, startedAt: 10, Mark(Dead));

        var reaping = new OrphanReaper(Name, _time, _table, _table.Send) { Grace = TimeSpan.FromSeconds(2) }.ReapAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([(orphan, Signal.Terminate)], _table.Sent);
        while (!reaping.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }

        Assert.Equal(1, await reaping);
        Assert.Equal([orphan], Killed());
    }

    private static (string Name, string Value) Mark(ProcessOwner owner) => (Name, owner.Marker(Name, "1").Value);

    private List<ProcessIdentity> Killed() => [.. _table.Sent.Where(sent => sent.Signal == Signal.Kill).Select(sent => sent.Target)];

    private async Task<int> ReapAsync()
    {
        var reaping = new OrphanReaper(Name, _time, _table, _table.Send).ReapAsync(CancellationToken.None);
        while (!reaping.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return await reaping;
    }
}
