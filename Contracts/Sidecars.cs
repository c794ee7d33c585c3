using System.Text.Json.Serialization;

namespace Sidecar.Contracts;

/// <summary>How a named sidecar stands.</summary>
public enum SidecarState
{
    /// <summary>A process was or is being started and has not answered its probe yet.</summary>
    [JsonStringEnumMemberName("starting")]
    Starting,

    /// <summary>Its last probe was answered; without a probe: its process runs.</summary>
    [JsonStringEnumMemberName("healthy")]
    Healthy,

    /// <summary>Its last probes failed, not yet so many that it counts as hung.</summary>
    [JsonStringEnumMemberName("degraded")]
    Degraded,

    /// <summary>It ended, or is being ended, and will be started again.</summary>
    [JsonStringEnumMemberName("restarting")]
    Restarting,

    /// <summary>It is not to run; nothing of it is left.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>It ended too often, or could not be ended: it is left alone until somebody starts it.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>All named sidecars.</summary>
/// <param name="Sidecars">By name.</param>
public sealed record SidecarList(IReadOnlyList<SidecarStatus> Sidecars);

/// <summary>One named sidecar as it is now. What is not known, or has no meaning in this state, is left out.</summary>
public sealed record SidecarStatus
{
    /// <summary>The name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary>How it stands.</summary>
    public required SidecarState State { get; init; }

    /// <summary>When it came into this state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The program as configured.</summary>
    public required string Command { get; init; }

    /// <summary>The process that runs.</summary>
    public int? Pid { get; init; }

    /// <summary>The port that this process was given.</summary>
    public int? Port { get; init; }

    /// <summary>How long its last answer to a probe took.</summary>
    public double? ProbeLatencyMs { get; init; }

    /// <summary>Memory of the process and all that it started, at the last look.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How many processes these are.</summary>
    public int? Processes { get; init; }

    /// <summary>How often it was started again.</summary>
    public required SidecarRestarts Restarts { get; init; }

    /// <summary>How its last run that nobody asked to end came to its end.</summary>
    public SidecarFailure? LastFailure { get; init; }
}

/// <summary>How often a sidecar was started again.</summary>
/// <param name="Total">Since the worker's start, for whatever reason.</param>
/// <param name="InWindow">Those that count against its budget now.</param>
public sealed record SidecarRestarts(int Total, int InWindow);

/// <summary>The end of a run that nobody asked for.</summary>
/// <param name="Reason">A sentence for people.</param>
/// <param name="At">When it ended, or was found to hang.</param>
/// <param name="LastOutput">The last lines of its standard output and error, oldest first.</param>
public sealed record SidecarFailure(string Reason, DateTimeOffset At, IReadOnlyList<string> LastOutput);
