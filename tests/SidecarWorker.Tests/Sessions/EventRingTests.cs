using Microsoft.Extensions.Time.Testing;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.Tests.SidecarWorker.Sessions;

public sealed class EventRingTests
{
    private const int Cost = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly byte[] Item = new byte[Cost - 64];

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Append_BeyondTheCapacity_DropsTheOldest()
    {
        var ring = Create(items: 10);

        await FillAsync(ring, 25);

        Assert.Equal((16, 25), ring.Range);
        using var reader = ring.Attach(0);
        Assert.Equal(Enumerable.Range(16, 10).Select(n => (long)n), Take(reader));
    }

    [Fact]
    public async Task Append_LongerThanTheCapacity_IsKeptAlone()
    {
        var ring = Create(items: 10);
        await FillAsync(ring, 5);

        await ring.AppendAsync("line", new byte[5000]);

        Assert.Equal((6, 6), ring.Range);
        using var reader = ring.Attach(0);
        Assert.Equal([6L], Take(reader));
        await FillAsync(ring, 1);
        Assert.Equal((7, 7), ring.Range);
    }

    [Fact]
    public void Range_BeforeTheFirstEvent_IsEmpty() => Assert.Equal((1, 0), Create(items: 10).Range);

    [Fact]
    public async Task Take_SeveralReaders_EachHasItsOwnPlace()
    {
        var ring = Create(items: 10);
        await FillAsync(ring, 4);
        using var all = ring.Attach(0);
        using var resumed = ring.Attach(3);

        Assert.Equal([1L, 2, 3, 4], Take(all));
        Assert.Equal([4L], Take(resumed));
        Assert.Empty(Take(all));
        await FillAsync(ring, 1);
        Assert.Equal([5L], Take(all));
        Assert.Equal([5L], Take(resumed));
    }

    [Fact]
    public async Task Take_NothingThere_WakesWithTheNextEvent()
    {
        var ring = Create(items: 10);
        using var reader = ring.Attach(0);
        var batch = new List<SessionEvent>();
        var more = reader.Take(batch)!;
        Assert.False(more.IsCompleted);

        await FillAsync(ring, 1);

        await more.WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal([1L], Take(reader));
    }

    [Fact]
    public async Task Take_ManyEvents_ComeInBatches()
    {
        var ring = Create(items: 1000);
        await FillAsync(ring, 600);
        using var reader = ring.Attach(0);

        Assert.Equal([256, 256, 88, 0], Enumerable.Range(0, 4).Select(_ => Take(reader).Count));
    }

    [Fact]
    public async Task Append_AttachedReaderIsBehind_WaitsForIt()
    {
        var ring = Create(items: 10);
        using var reader = ring.Attach(0);
        await FillAsync(ring, 10);

        var append = ring.AppendAsync("line", Item).AsTask();
        Assert.False(append.IsCompleted);
        Assert.Equal(10, Take(reader).Count);

        Assert.Equal(11, await append.WaitAsync(Deadline, TimeProvider.System));
        Assert.Equal([11L], Take(reader));
    }

    [Fact]
    public async Task Append_ReaderStaysBehind_GoesOnAfterThePatience()
    {
        var ring = Create(items: 10);
        using var reader = ring.Attach(0);
        await FillAsync(ring, 10);

        var append = ring.AppendAsync("line", Item).AsTask();
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(append.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await append.WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal(Enumerable.Range(2, 10).Select(n => (long)n), Take(reader));
    }

    [Fact]
    public async Task Append_SlowReaderLeaves_GoesOn()
    {
        var ring = Create(items: 10);
        var reader = ring.Attach(0);
        await FillAsync(ring, 10);
        var append = ring.AppendAsync("line", Item).AsTask();
        Assert.False(append.IsCompleted);

        reader.Dispose();

        Assert.Equal(11, await append.WaitAsync(Deadline, TimeProvider.System));
    }

    [Fact]
    public async Task Append_NobodyAttached_NeverWaits()
    {
        var ring = Create(items: 10);
        using (ring.Attach(0))
        {
        }

        Assert.True(FillAsync(ring, 100).IsCompletedSuccessfully);
        await FillAsync(ring, 1);
    }

    [Fact]
    public async Task Complete_WithEventsLeft_EndsReadersBehindThem()
    {
        var ring = Create(items: 10);
        await FillAsync(ring, 2);
        using var behind = ring.Attach(0);
        using var waiting = ring.Attach(2);
        var more = waiting.Take([])!;

        ring.Complete();

        await more.WaitAsync(Deadline, TimeProvider.System);
        Assert.Null(waiting.Take([]));
        Assert.Equal([1L, 2], Take(behind));
        Assert.Null(behind.Take([]));
    }

    /// <summary>Against a list that keeps everything: growth, wrap-around and places are those of the list's end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(null)]
    public async Task Ring_RandomOperations_BehavesAsAList(int? fixedSeed)
    {
        var seed = fixedSeed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var capacity = random.Next(200, 20_000);
        var ring = new EventRing(capacity, TestSession.Budget(_time), TimeSpan.Zero, _time);
        var all = new List<SessionEvent>();
        var readers = new List<(EventReader Reader, long Position)>();
        for (var step = 0; step < 5000; step++)
        {
            var choice = random.Next(100);
            if (choice < 70)
            {
                var data = new byte[random.Next(random.Next(20) == 0 ? 5000 : 100)];
                all.Add(new SessionEvent(await ring.AppendAsync($"type{step % 3}", data), $"type{step % 3}", data));
            }
            else if (choice < 75 && readers.Count < 5)
            {
                var after = random.NextInt64(all.Count + 1);
                readers.Add((ring.Attach(after), after));
            }
            else if (choice < 78 && readers.Count > 0)
            {
                readers[0].Reader.Dispose();
                readers.RemoveAt(0);
            }
            else if (readers.Count > 0)
            {
                var index = random.Next(readers.Count);
                var batch = new List<SessionEvent>();
                _ = readers[index].Reader.Take(batch);
                var expected = Kept(all, capacity).Where(item => item.Sequence > readers[index].Position).Take(256).ToList();
                Assert.True(expected.SequenceEqual(batch), $"seed {seed}, step {step}");
                readers[index] = (readers[index].Reader, expected.Count > 0 ? expected[^1].Sequence : readers[index].Position);
            }

            var kept = Kept(all, capacity);
            Assert.True((all.Count - kept.Count + 1, all.Count) == ring.Range, $"seed {seed}, step {step}");
        }
    }

    /// <summary>The longest end of the list that fits, and the last event in any case.</summary>
    private static List<SessionEvent> Kept(List<SessionEvent> all, long capacity)
    {
        var first = all.Count;
        long bytes = 0;
        while (first > 0 && (first == all.Count || bytes + all[first - 1].Cost <= capacity))
        {
            bytes += all[--first].Cost;
        }

        return all[first..];
    }

    private EventRing Create(int items) => new(items * Cost, TestSession.Budget(_time), Patience, _time);

    private static async Task FillAsync(EventRing ring, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await ring.AppendAsync("line", Item);
        }
    }

    private static List<long> Take(EventReader reader)
    {
        var batch = new List<SessionEvent>();
        _ = reader.Take(batch);
        return [.. batch.Select(item => item.Sequence)];
    }
}
