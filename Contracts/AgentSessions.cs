using System.Text.Json;

namespace Sidecar.Contracts;

/// <summary>What to start: one run of the agent CLI for a session.</summary>
public sealed record AgentLaunch
{
    /// <summary>Chosen by the caller, new for each run. The same id sent again is the same run, never a second process.</summary>
    public required string LaunchId { get; init; }

    /// <summary>Absolute path of an existing directory: the CLI's working directory.</summary>
    public required string WorkDir { get; init; }

    /// <summary>True continues the session's transcript; false begins a session that has none yet.</summary>
    public bool Resume { get; init; }

    /// <summary>Model id, or null for the CLI's own choice.</summary>
    public string? Model { get; init; }

    /// <summary>One of default, acceptEdits, plan, bypassPermissions, dontAsk, auto; null for the CLI's own choice.</summary>
    public string? PermissionMode { get; init; }

    /// <summary>One of low, medium, high, xhigh, max; null for the CLI's own choice.</summary>
    public string? Effort { get; init; }

    /// <summary>
    /// True when nobody has sent a message yet: the CLI must not do anything by itself, such as going on with a turn that was interrupted.
    /// </summary>
    public bool Prewarm { get; init; }
}

/// <summary>One message for the CLI's standard input.</summary>
public sealed record AgentInput
{
    /// <summary>Chosen by the caller. The same id sent again to the same run is acknowledged and not written twice.</summary>
    public required string MessageId { get; init; }

    /// <summary>The run that the message is meant for; a message for an earlier run is refused.</summary>
    public required string LaunchId { get; init; }

    /// <summary>A JSON object, written as one line.</summary>
    public required JsonElement Message { get; init; }

    /// <summary>The id that a client of the caller gave the message; it comes back in its <see cref="AgentInputTaken"/> event.</summary>
    public string? ClientId { get; init; }
}

/// <summary>Asks for the end of a run.</summary>
public sealed record AgentStopRequest
{
    /// <summary>The run to stop, or null for whichever runs. Stopping a run that has ended is no error.</summary>
    public string? LaunchId { get; init; }

    /// <summary>True goes straight to SIGKILL: for a CLI that has already ignored an interrupt.</summary>
    public bool Force { get; init; }
}

/// <summary>How a session's agent stands. The order is that of a life.</summary>
public enum AgentState
{
    /// <summary>A process runs.</summary>
    Running,

    /// <summary>A process was asked to stop and has not ended yet.</summary>
    Stopping,

    /// <summary>No process; its last events are still kept.</summary>
    Ended,
}

/// <summary>What the agent of a session does.</summary>
public enum AgentTurnState
{
    /// <summary>Nothing: it waits for a message.</summary>
    Idle,

    /// <summary>It works on a message, or on a task in the background.</summary>
    Working,

    /// <summary>It waits for a person's answer.</summary>
    Waiting,

    /// <summary>It should work and makes no progress.</summary>
    Stalled,
}

/// <summary>One session as the worker knows it.</summary>
public sealed record AgentSession
{
    /// <summary>The session's UUID.</summary>
    public required string SessionId { get; init; }

    /// <summary>Names this sequence of events. It changes when the worker restarts or has forgotten the session.</summary>
    public required string Epoch { get; init; }

    /// <summary>Sequence of the oldest event still kept; greater than <see cref="LastSequence"/> when none is.</summary>
    public required long FirstSequence { get; init; }

    /// <summary>Sequence of the newest event, 0 before the first.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Sequence of the <c>started</c> event of <see cref="Launch"/>.</summary>
    public required long LaunchSequence { get; init; }

    /// <summary>Whether a process runs.</summary>
    public required AgentState State { get; init; }

    /// <summary>The current run, or the last one.</summary>
    public required AgentLaunch Launch { get; init; }

    /// <summary>The process id of the current run, or null when none runs.</summary>
    public int? ProcessId { get; init; }

    /// <summary>What the current run does; null when none runs.</summary>
    public AgentTurnState? Turn { get; init; }

    /// <summary>Memory of the current run with all that it started, as seen within the last seconds; null until then.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How many processes those are.</summary>
    public int? Processes { get; init; }

    /// <summary>When the current or last run began.</summary>
    public DateTimeOffset StartedAt { get; init; }
}

/// <summary>All sessions of a worker.</summary>
/// <param name="WorkerId">New at every start of the worker.</param>
/// <param name="Sessions">Running sessions, and ended ones whose events are still kept.</param>
public sealed record AgentSessionList(string WorkerId, IReadOnlyList<AgentSession> Sessions);

/// <summary>How far a stop had to go.</summary>
public enum AgentStopLevel
{
    /// <summary>It had ended already.</summary>
    None,

    /// <summary>It ended after its input was closed.</summary>
    InputClosed,

    /// <summary>It ended after SIGTERM.</summary>
    Terminated,

    /// <summary>It, or a descendant, had to be killed.</summary>
    Killed,
}

/// <summary>The outcome of a stop.</summary>
/// <param name="Level">How far it had to go.</param>
/// <param name="LeftProcesses">Descendants that could not be ended; empty when the stop succeeded.</param>
public sealed record AgentStopped(AgentStopLevel Level, IReadOnlyList<int> LeftProcesses);
