using System.Diagnostics.Metrics;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>Why a run of a sidecar ended.</summary>
internal enum EndCause
{
    /// <summary>The program ended by itself.</summary>
    Exit,

    /// <summary>It could not be started.</summary>
    StartFailed,

    /// <summary>It did not become healthy in time.</summary>
    StartTimeout,

    /// <summary>It stopped answering.</summary>
    Hang,

    /// <summary>It used more than it may.</summary>
    Limit,

    /// <summary>Somebody asked for it.</summary>
    Request,

    /// <summary>Watching it failed: a fault of ours.</summary>
    Fault,
}

/// <summary>What is counted of named sidecars. Attributes are bounded: states and causes are enums, names come from the configuration.</summary>
internal sealed class SidecarMetrics
{
    public const string MeterName = "Sidecar.Sidecars";

    private readonly int[] _states = new int[Enum.GetValues<SidecarState>().Length];
    private readonly Counter<long> _restarts;
    private readonly Histogram<double> _probes;
    private readonly Histogram<double> _detection;

    public SidecarMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter("sidecar.sidecars.count", ByState, "{sidecar}", "Named sidecars by state.");
        _restarts = meter.CreateCounter<long>("sidecar.sidecars.restarts", "{restart}", "Starts of a sidecar after a run of it ended, by cause.");
        _probes = meter.CreateHistogram<double>("sidecar.sidecars.probe.duration", "s", "How long sidecars took to answer their probes.");
        _detection = meter.CreateHistogram<double>(
            "sidecar.sidecars.detection.duration", "s", "Time from the last answer of a sidecar until it counted as hung.");
    }

    /// <summary>A sidecar came to be in this state.</summary>
    public void Entered(SidecarState state) => Interlocked.Increment(ref _states[(int)state]);

    /// <summary>It left this state.</summary>
    public void Left(SidecarState state) => Interlocked.Decrement(ref _states[(int)state]);

    public void Restarted(string sidecar, EndCause cause) => _restarts.Add(1, new("sidecar", sidecar), new("cause", Text(cause)));

    public void Probed(string sidecar, TimeSpan latency, bool isWell) =>
        _probes.Record(latency.TotalSeconds, new("sidecar", sidecar), new("outcome", isWell ? "healthy" : "failed"));

    public void Detected(string sidecar, TimeSpan sinceLastAnswer) =>
        _detection.Record(sinceLastAnswer.TotalSeconds, new KeyValuePair<string, object?>("sidecar", sidecar));

    private IEnumerable<Measurement<int>> ByState() => Enum.GetValues<SidecarState>()
        .Select(state => new Measurement<int>(Volatile.Read(ref _states[(int)state]), new KeyValuePair<string, object?>("state", Text(state))));

    private static string Text(SidecarState state) => state switch
    {
        SidecarState.Starting => "starting",
        SidecarState.Healthy => "healthy",
        SidecarState.Degraded => "degraded",
        SidecarState.Restarting => "restarting",
        SidecarState.Stopped => "stopped",
        _ => "failed",
    };

    private static string Text(EndCause cause) => cause switch
    {
        EndCause.Exit => "exit",
        EndCause.StartFailed => "start_failed",
        EndCause.StartTimeout => "start_timeout",
        EndCause.Hang => "hang",
        EndCause.Limit => "limit",
        EndCause.Request => "request",
        _ => "fault",
    };
}
