using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sidecars;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Probing;

namespace Sidecar.Tests.SidecarWorker.Sidecars;

public sealed class SidecarPartsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TreeLimits _limits = new() { SoftMemoryBytes = 100, HardMemoryBytes = 200, MaxProcesses = 5 };

    [Fact]
    public void Guard_OverTheSoftLimit_WaitsUntilTheProgramIsIdle()
    {
        var guard = new LimitGuard(_limits, TimeSpan.FromSeconds(3), _time);

        Assert.Null(Look(guard, 150, processorSeconds: 1)); // it works
        Assert.Null(Look(guard, 150, processorSeconds: 1.04)); // 4 % of a second is no work
        Assert.Null(Look(guard, 150, processorSeconds: 1.2)); // it works
        Assert.Null(Look(guard, 150, processorSeconds: 0.5)); // a child of it ended
        Assert.Null(Look(guard, 150, processorSeconds: 0.5));
        Assert.Null(Look(guard, 150, processorSeconds: 0.5));
        Assert.False(Look(guard, 150, processorSeconds: 0.5)!.IsHard);
        Assert.Null(Look(guard, 100, processorSeconds: 0.5)); // it has given some back
    }

    [Fact]
    public void Guard_OverAHardLimit_DoesNotWait()
    {
        var guard = new LimitGuard(_limits, TimeSpan.FromSeconds(3), _time);

        Assert.True(Look(guard, 201, processorSeconds: 1)!.IsHard);
        Assert.True(Look(guard, 1, processorSeconds: 2, processes: 6)!.IsHard);
    }

    [Fact]
    public async Task Output_LinesOfAllKinds_AreKeptAndCounted()
    {
        var lines = new List<string>();
        var ends = 0;
        var output = new SidecarOutput(lines.Add);
        var text = $"one\r\n\n{new string('x', 100_000)}\nrest";

        await output.DrainAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), () => ends++, CancellationToken.None);

        Assert.Equal(["one", "", new string('x', 4096), "rest"], lines);
        Assert.Equal((text.Length, 3), (output.Bytes, ends)); // the rest is no whole line
        Assert.Equal(["one", new string('x', 500) + " …", "rest"], output.LastLines);
    }

    /// <summary>Secrets in captured output. Fails when <c>SidecarOutput.Finish</c> does not redact.</summary>
    [Theory]
    [InlineData("GET /ws?token=abcdef123&x=1", "GET /ws?token=[redacted]&x=1")]
    [InlineData("Authorization: Bearer abc.def-123", "Authorization: Bearer [redacted]")]
    [InlineData("x-api-key: abcdef123", "x-api-key: [redacted]")]
    [InlineData("ANTHROPIC_API_KEY=abcdef123 is set", "ANTHROPIC_API_KEY=[redacted] is set")]
    [InlineData("{\"apiKey\":\"abcdef123\"}", "{\"apiKey\":\"[redacted]\"}")]
    [InlineData("bad key sk-ant-api03-abcdef", "bad key [redacted]")]
    [InlineData("with h5_abcdefghijklmnop and sidecar_abcdefghijklmnop", "with [redacted] and [redacted]")]
    [InlineData("task-manager makes tokens of a sketch", "task-manager makes tokens of a sketch")]
    public async Task Output_WithASecret_IsKeptAndToldWithoutIt(string written, string kept)
    {
        var lines = new List<string>();
        var output = new SidecarOutput(lines.Add);

        await output.DrainAsync(new MemoryStream(Encoding.UTF8.GetBytes(written + "\n")), onLineEnd: null, CancellationToken.None);

        Assert.Equal([kept], lines);
        Assert.Equal([kept], output.LastLines);
    }

    [Fact]
    public void Metrics_OfALife_AreCounted()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var journal = new SidecarJournal("web", "node", new SidecarMetrics(meters), _time);
        using var states = new MetricCollector<int>(meters, SidecarMetrics.MeterName, "sidecar.sidecars.count");
        using var restarts = new MetricCollector<long>(meters, SidecarMetrics.MeterName, "sidecar.sidecars.restarts");
        using var probes = new MetricCollector<double>(meters, SidecarMetrics.MeterName, "sidecar.sidecars.probe.duration");
        using var detections = new MetricCollector<double>(meters, SidecarMetrics.MeterName, "sidecar.sidecars.detection.duration");

        journal.Starting();
        journal.Healthy(TimeSpan.FromMilliseconds(5));
        _time.Advance(TimeSpan.FromSeconds(2));
        journal.Probed(new ProbeRound(TimeSpan.FromSeconds(1), "late", 1));
        journal.Ending(EndCause.Hang);
        journal.Ended(new SidecarFailure("it hangs", _time.GetUtcNow(), []));
        journal.Restarting(EndCause.Hang);

        states.RecordObservableInstruments();
        Assert.Equal(["restarting"], states.GetMeasurementSnapshot().Where(state => state.Value == 1).Select(state => state.Tags["state"]));
        Assert.Equal(6, states.GetMeasurementSnapshot().Count);
        Assert.Equal(("web", "hang"), (restarts.LastMeasurement!.Tags["sidecar"], restarts.LastMeasurement.Tags["cause"]));
        Assert.Equal((1.0, "failed"), (probes.LastMeasurement!.Value, probes.LastMeasurement.Tags["outcome"]));
        Assert.Equal(2.0, Assert.Single(detections.GetMeasurementSnapshot()).Value);
    }

    private LimitBreach? Look(LimitGuard guard, long bytes, double processorSeconds, int processes = 1)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return guard.Check(new TreeUsage(processes, bytes, TimeSpan.FromSeconds(processorSeconds)));
    }
}
