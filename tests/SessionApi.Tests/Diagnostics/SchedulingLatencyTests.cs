using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Diagnostics;

public sealed class SchedulingLatencyTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();

    private IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    [Fact]
    public async Task Timer_RunsLate_IsMeasured()
    {
        using var measured = new MetricCollector<double>(Meters, SchedulingLatency.MeterName, "sidecar.scheduling.delay");
        using var latency = new SchedulingLatency(Meters, _time);
        await latency.StartAsync(TestContext.Current.CancellationToken);

        await WaitFor.True(
            () =>
            {
                _time.Advance(SchedulingLatency.Interval + TimeSpan.FromSeconds(3)); // as after a pause of the whole process
                return measured.GetMeasurementSnapshot().Select(item => item.Tags["kind"]).Distinct().Count() == 2;
            },
            TimeSpan.FromSeconds(15),
            "a timer and a work item");

        Assert.True(measured.GetMeasurementSnapshot().First(item => item.Tags["kind"] is "timer").Value >= 3);
        Assert.True(latency.Longest >= TimeSpan.FromSeconds(3));
        await latency.StopAsync(CancellationToken.None);
        Assert.True(latency.TakeLongest() >= TimeSpan.FromSeconds(3));
        await WaitFor.True(() => latency.TakeLongest() == TimeSpan.Zero, TimeSpan.FromSeconds(15), "what was taken to be gone");
        Assert.True(latency.Longest >= TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Overdue_TimerIsDueAndHasNotRun_GrowsUntilItHas()
    {
        using var latency = new SchedulingLatency(Meters, new HeldTimers(_time));
        await latency.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(TimeSpan.Zero, latency.Overdue);

        await WaitFor.True(
            () =>
            {
                _time.Advance(SchedulingLatency.Interval);
                return latency.Overdue >= TimeSpan.FromSeconds(2);
            },
            TimeSpan.FromSeconds(15),
            "the timer to be overdue");

        Assert.True(latency.Longest >= latency.Overdue - SchedulingLatency.Interval);
        await latency.StopAsync(CancellationToken.None);
    }

    public void Dispose() => _services.Dispose();

    /// <summary>A clock whose timers never run.</summary>
    private sealed class HeldTimers(TimeProvider inner) : TimeProvider
    {
        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(_ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
