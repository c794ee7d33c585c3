using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class LivePartsTests
{
    [Theory]
    [InlineData("List the files", "List the files")]
    [InlineData("  List   the\tfiles.  Then stop.", "List the files.")]
    [InlineData("Open v1.2 of a.ts please! Now", "Open v1.2 of a.ts please!")]
    [InlineData("first line\nsecond line", "first line")]
    [InlineData("列出文件。然后停止", "列出文件。")]
    [InlineData("Why? Because", "Why?")]
    [InlineData("/compact", null)]
    [InlineData("  ", null)]
    [InlineData("", null)]
    public void FirstTitle_OfAMessage_IsItsFirstSentence(string message, string? title) => Assert.Equal(title, FirstTitle.Of(message));

    [Fact]
    public void FirstTitle_Long_IsCutAtFiftyUnitsAndNotWithinAPair()
    {
        Assert.Equal(new string('x', 50), FirstTitle.Of(new string('x', 80)));
        Assert.Equal(new string('x', 49), FirstTitle.Of(new string('x', 49) + "😀 and more"));
        Assert.Equal(new string('x', 48) + "😀", FirstTitle.Of(new string('x', 48) + "😀 and more"));
    }

    [Fact]
    public void DeletedSessions_AfterADay_AreForgotten()
    {
        var time = new FakeTimeProvider();
        var bound = Marks(100);
        var deleted = new DeletedSessions(time, TimeSpan.FromHours(24), bound);
        deleted.Add("Abc");
        time.Advance(TimeSpan.FromHours(24));
        deleted.Add("later");

        deleted.Prune();
        Assert.True(deleted.Contains("aBC"));
        time.Advance(TimeSpan.FromTicks(1));
        deleted.Prune();

        Assert.False(deleted.Contains("abc"));
        Assert.True(deleted.Contains("later"));
        deleted.Remove("LATER");
        Assert.Equal((0, 0), (deleted.Count, bound.Used));
    }

    [Fact]
    public void DeletedSessions_TooMany_ForgetTheOldest()
    {
        var time = new FakeTimeProvider();
        var bound = Marks(3);
        var deleted = new DeletedSessions(time, TimeSpan.FromHours(24), bound);
        foreach (var session in (string[])["s0", "s1", "s2", "s0", "s3"])
        {
            deleted.Add(session);
            time.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal((3, 3), (deleted.Count, bound.Used));
        Assert.False(deleted.Contains("s1"));
        Assert.True(deleted.Contains("s0"));
    }

    [Fact]
    public async Task SerialTasks_Several_RunOneAfterTheOther()
    {
        var ended = 0;
        var tasks = new SerialTasks(() => ended++);
        var gate = new TaskCompletionSource();
        var order = new List<string>();

        var first = tasks.Add(async () =>
        {
            await gate.Task;
            order.Add("first");
        });
        var second = tasks.Add(() =>
        {
            order.Add("second");
            return Task.CompletedTask;
        });
        Assert.Equal(2, tasks.Count);
        Assert.Empty(order);
        gate.SetResult();
        await Task.WhenAll(first, second);

        Assert.Equal(["first", "second"], order);
        Assert.Equal((0, 2), (tasks.Count, ended));
    }

    [Fact]
    public async Task SerialTasks_AsManyAsMayBe_TakeNoFurtherUntilOneHasEnded()
    {
        var bound = new Bound("live.transitions", "{step}", "Steps.", 2);
        var tasks = new SerialTasks(onStepEnded: static () => { }, limit: 2, bound);
        var gate = new TaskCompletionSource();

        var first = tasks.TryAdd(() => gate.Task);
        var second = tasks.TryAdd(() => Task.CompletedTask);
        Assert.Null(tasks.TryAdd(() => Task.CompletedTask));
        Assert.Equal((2, 2), (tasks.Count, bound.Used));
        var own = tasks.Add(() => Task.CompletedTask); // not of a client
        gate.SetResult();
        await Task.WhenAll(first!, second!, own);

        Assert.Equal((0, 0), (tasks.Count, bound.Used));
        await tasks.TryAdd(() => Task.CompletedTask)!;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SerialTasks_OneFails_TheNextRuns(bool failsAtOnce)
    {
        var ended = 0;
        var tasks = new SerialTasks(() => ended++);

        var failing = tasks.Add(() => failsAtOnce ? throw new InvalidOperationException("bad") : Task.FromException(new InvalidOperationException("bad")));
        var next = tasks.Add(() => Task.CompletedTask);

        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        await next;
        Assert.Equal((0, 2), (tasks.Count, ended));
    }

    [Fact]
    public void LiveMetrics_WhatHappens_IsCounted()
    {
        using var parts = new LiveParts();
        using var refused = new MetricCollector<long>(parts.Meters, LiveMetrics.MeterName, "sidecar.live.refused_sockets");
        using var slow = new MetricCollector<long>(parts.Meters, LiveMetrics.MeterName, "sidecar.live.slow_consumers");
        using var throttled = new MetricCollector<long>(parts.Meters, LiveMetrics.MeterName, "sidecar.live.throttled_messages");

        foreach (var reason in Enum.GetValues<LiveRefusal>())
        {
            parts.Metrics.Refused(reason);
        }

        parts.Metrics.SlowConsumer();
        parts.Metrics.Throttled();

        Assert.Equal(["stopping", "sockets", "sessions", "sockets_of_session"], refused.GetMeasurementSnapshot().Select(m => m.Tags["reason"]));
        Assert.Equal([1L], slow.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal([1L], throttled.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal(("{socket}", "{message}"), (slow.Instrument!.Unit, throttled.Instrument!.Unit));
    }

    [Fact]
    public void LiveBounds_All_HaveTheLimitsOfTheOptions()
    {
        using var parts = new LiveParts(new LiveOptions
        {
            MaxSessions = 7,
            MaxSockets = 8,
            MaxQueuedTotalBytes = 90_000,
            MaxPrompts = 2,
            MaxControlRequests = 3,
            MaxDeletedSessions = 4,
            MaxRetainedTotalBytes = 5000,
            MaxReceipts = 6,
            MaxTransitions = 9,
        });

        Assert.Equal(
            [
                ("live.control_requests", 21), ("live.deleted_sessions", 4), ("live.prompts", 14), ("live.queued_bytes", 90_000),
                ("live.receipts", 42), ("live.retained_bytes", 5000), ("live.sessions", 7), ("live.sockets", 8),
                ("live.transitions", 63),
            ],
            parts.Registry.All.Select(bound => (bound.Name, bound.Limit)));
    }

    [Fact]
    public void MessageRate_BurstThenMore_WaitsForTheRate()
    {
        var time = new FakeTimeProvider();
        var rate = default(MessageRate);

        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(TimeSpan.Zero, rate.Count(time, 10, 20)));
        Assert.Equal(TimeSpan.FromMilliseconds(100), rate.Count(time, 10, 20));
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(TimeSpan.FromMilliseconds(100), rate.Count(time, 10, 20));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(TimeSpan.Zero, rate.Count(time, 10, 20)));
    }

    [Fact]
    public void LiveOptions_OutOfRange_IsNamed()
    {
        Assert.True(new LiveOptionsValidator().Validate(null, new LiveOptions()).Succeeded);
        var result = new LiveOptionsValidator().Validate(null, new LiveOptions { MaxSessions = 0, StopPatience = TimeSpan.Zero });
        Assert.Contains(result.Failures!, failure => failure.StartsWith("Sidecar:Live:MaxSessions is 0; it must be between 1 and", StringComparison.Ordinal));
        Assert.Contains(result.Failures!, failure => failure.StartsWith("Sidecar:Live:StopPatience is 00:00:00;", StringComparison.Ordinal));
    }

    private static Bound Marks(long limit) => new("live.deleted_sessions", "{session}", "Deleted sessions.", limit);
}
