using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.Tests.SessionApi.Live.Resuming;

public sealed class FrameLogTests : IDisposable
{
    private static readonly FrameId Start = new("e", 0);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    [Fact]
    public void TryRead_KeptPlace_GivesWhatFollows()
    {
        var log = new FrameLog(Budget(), Start);
        Add(log, 3, 5, 9);

        Assert.Equal([3, 5, 9], Read(log, Start)!);
        Assert.Equal([9], Read(log, new FrameId("e", 5))!);
        Assert.Equal([9], Read(log, new FrameId("e", 7))!);
        Assert.Equal([], Read(log, new FrameId("e", 9))!);
    }

    [Fact]
    public void TryRead_OtherEpochOrPlaceBeforeTheOldest_IsUnknown()
    {
        var log = new FrameLog(Budget(perSession: 250), Start); // room for three
        Add(log, 1, 2, 3, 4, 5);

        Assert.Null(Read(log, new FrameId("other", 3)));
        Assert.Null(Read(log, new FrameId("e", 1)));
        Assert.Equal([3, 4, 5], Read(log, new FrameId("e", 2))!);
    }

    [Fact]
    public void TryRead_AcrossEpochs_GivesBoth()
    {
        var log = new FrameLog(Budget(), Start);
        Add(log, 1, 2);
        log.Continue(new FrameId("worker", 99));
        log.Add(new RetainedFrame(new FrameId("worker", 100), new byte[10]));

        Assert.Equal([2, 99, 100], Read(log, new FrameId("e", 1))!);
        Assert.Equal([100], Read(log, new FrameId("worker", 99))!);
        Assert.Null(Read(log, new FrameId("worker", 98)));
    }

    [Fact]
    public void Add_AllLogsTogetherTooLarge_ShrinksTheOneThatIsSilentLongest()
    {
        var bounds = Bounds();
        var budget = Budget(total: 800, bounds: bounds);
        var silent = new FrameLog(budget, Start);
        Add(silent, 1, 2, 3, 4);
        var busy = new FrameLog(budget, Start);
        while (busy.AddedAt <= silent.AddedAt)
        {
            Add(busy, busy.AddedAt + 1); // until the system's clock has gone on
            busy.ShrinkTo(0);
        }

        Add(busy, 1_000_000_001, 1_000_000_002, 1_000_000_003, 1_000_000_004, 1_000_000_005, 1_000_000_006, 1_000_000_007);

        Assert.Equal(0, silent.Bytes);
        Assert.Equal(7 * 74, busy.Bytes);
        Assert.Equal(busy.Bytes, bounds.All.Single(bound => bound.Name == "live.retained_bytes").Used);
        Assert.Null(Read(silent, Start));
        budget.Close(busy);
        Assert.Equal(0, bounds.All.Single(bound => bound.Name == "live.retained_bytes").Used);
    }

    public void Dispose() => _services.Dispose();

    private static void Add(FrameLog log, params long[] sequences)
    {
        foreach (var sequence in sequences)
        {
            log.Add(new RetainedFrame(new FrameId("e", sequence), new byte[10]));
        }
    }

    private static long[]? Read(FrameLog log, FrameId after)
    {
        var frames = new List<RetainedFrame>();
        return log.TryRead(after, frames) ? [.. frames.Select(frame => frame.Id.Sequence)] : null;
    }

    private BoundRegistry Bounds() => new(_services.GetRequiredService<IMeterFactory>());

    private RetainedFrames Budget(long perSession = 1_000_000, long total = 1_000_000, BoundRegistry? bounds = null) => new(
        Configured(perSession, total), new LiveBounds(bounds ?? Bounds(), Configured(perSession, total)));

    private static IOptions<LiveOptions> Configured(long perSession, long total) =>
        Options.Create(new LiveOptions { MaxRetainedBytes = perSession, MaxRetainedTotalBytes = total });
}
