using Microsoft.Extensions.Time.Testing;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.Tests.SidecarWorker.Sessions;

/// <summary>Several rings within one limit. Each event costs 100 of the 1000 bytes that there are for all of them.</summary>
public sealed class EventBudgetTests
{
    private const int Cost = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly byte[] Item = new byte[Cost - 64];

    private readonly FakeTimeProvider _time = new();
    private readonly Bound _bound = new("bytes", "By", "Bytes.", limit: 1000);
    private readonly List<EventRing> _idle = [];
    private readonly EventBudget _budget;

    public EventBudgetTests() => _budget = new EventBudget(_bound, () => _idle, _time);

    [Fact]
    public async Task Append_BeyondTheLimit_TakesFromTheFirstThatIsIdle()
    {
        var (first, second, working) = (Idle(), Idle(), Create());
        await FillAsync(first, 4);
        await FillAsync(second, 4);

        await FillAsync(working, 3);

        Assert.True(first.Range.First > 1);
        Assert.Equal((1, 4), second.Range);
        Assert.Equal((1, 3), working.Range);
        Assert.InRange(_bound.Used, 500, 1000);
    }

    [Fact]
    public async Task Append_BeyondTheLimit_LeavesEachItsNewestAndThenTakesFromItself()
    {
        var (first, second, working) = (Idle(), Idle(), Create());
        await FillAsync(first, 4);
        await FillAsync(second, 4);

        await FillAsync(working, 30);

        Assert.Equal((4, 4), first.Range);
        Assert.Equal((4, 4), second.Range);
        Assert.Equal((23, 30), working.Range);
        Assert.Equal(1000, _bound.Used);
    }

    [Fact]
    public async Task Append_AReaderOfAnIdleOneIsBehind_LeavesWhatItWaitsFor()
    {
        var (idle, working) = (Idle(), Create());
        await FillAsync(idle, 8);
        using var reader = idle.Attach(5);

        await FillAsync(working, 30);

        Assert.Equal((6, 8), idle.Range);
        Assert.Equal(1000, _bound.Used);
    }

    [Fact]
    public async Task Append_NothingToTakeButWhatItsOwnReaderWaitsFor_WaitsForIt()
    {
        var working = Create();
        using var reader = working.Attach(0);
        await FillAsync(working, 10);

        var append = working.AppendAsync("line", Item).AsTask();
        Assert.False(append.IsCompleted);
        _time.Advance(Patience);

        await append.WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal((2, 11), working.Range);
        Assert.Equal(1000, _bound.Used);
    }

    /// <summary>Room is made for more than one event at a time, and a look that found nothing is not repeated with each event.</summary>
    [Fact]
    public async Task MakeRoom_ThatFoundNothing_LooksAgainLater()
    {
        var looks = 0;
        var bound = new Bound("bytes", "By", "Bytes.", limit: 1000);
        var ring = new EventRing(100_000, new EventBudget(bound, Look, _time), Patience, _time);

        await FillAsync(ring, 100);
        Assert.Equal(1, looks);
        _time.Advance(TimeSpan.FromSeconds(1));
        await FillAsync(ring, 100);

        Assert.Equal(2, looks);

        IEnumerable<EventRing> Look()
        {
            looks++;
            return [];
        }
    }

    [Fact]
    public async Task Complete_OfARing_GivesItsBytesBack()
    {
        var ring = Create();
        await FillAsync(ring, 5);
        Assert.Equal(500, _bound.Used);

        ring.Complete();
        ring.Complete();
        await FillAsync(ring, 1);
        ring.Release(1000);

        Assert.Equal(0, _bound.Used);
        using var reader = ring.Attach(0);
        var batch = new List<SessionEvent>();
        _ = reader.Take(batch);
        Assert.Equal(6, batch.Count);
    }

    private EventRing Idle()
    {
        var ring = Create();
        _idle.Add(ring);
        return ring;
    }

    private EventRing Create() => new(100_000, _budget, Patience, _time);

    private static async Task FillAsync(EventRing ring, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await ring.AppendAsync("line", Item);
        }
    }
}
