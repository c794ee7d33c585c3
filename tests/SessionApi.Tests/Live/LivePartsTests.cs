using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
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
        var deleted = new DeletedSessions(time);
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
        Assert.Equal(0, deleted.Count);
    }

    [Fact]
    public void DeletedSessions_TooMany_ForgetTheOldest()
    {
        var time = new FakeTimeProvider();
        var deleted = new DeletedSessions(time);
        for (var i = 0; i < 10_001; i++)
        {
            deleted.Add($"s{i}");
            time.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal(10_000, deleted.Count);
        Assert.False(deleted.Contains("s0"));
        Assert.True(deleted.Contains("s1"));
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
    public void LiveMetrics_SessionsAndSockets_AreCountedUpAndDown()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var metrics = new LiveMetrics(meters);
        using var sessions = new MetricCollector<long>(meters, LiveMetrics.MeterName, "sidecar.live.sessions");
        using var sockets = new MetricCollector<long>(meters, LiveMetrics.MeterName, "sidecar.live.sockets");

        metrics.SessionAdded();
        metrics.SocketOpened();
        metrics.SocketOpened();
        metrics.SocketClosed();
        metrics.SessionRemoved();

        Assert.Equal([1L, -1], sessions.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal([1L, 1, -1], sockets.GetMeasurementSnapshot().Select(m => m.Value));
        Assert.Equal(("{session}", "{socket}"), (sessions.Instrument!.Unit, sockets.Instrument!.Unit));
    }

    [Fact]
    public void LiveOptions_OutOfRange_IsNamed()
    {
        Assert.True(new LiveOptionsValidator().Validate(null, new LiveOptions()).Succeeded);
        var result = new LiveOptionsValidator().Validate(null, new LiveOptions { MaxSessions = 0, StopPatience = TimeSpan.Zero });
        Assert.Contains(result.Failures!, failure => failure.StartsWith("Sidecar:Live:MaxSessions is 0; it must be between 1 and", StringComparison.Ordinal));
        Assert.Contains(result.Failures!, failure => failure.StartsWith("Sidecar:Live:StopPatience is 00:00:00;", StringComparison.Ordinal));
    }
}
