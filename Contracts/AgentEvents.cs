using System.Globalization;

namespace Sidecar.Contracts;

/// <summary>
/// The <c>event:</c> names of <c>GET /v1/sessions/{id}/events</c>. Each event has <c>id: epoch.sequence</c>
/// and one line of JSON as <c>data:</c>. Sequences rise by one; a stream is resumed with <c>Last-Event-ID</c>.
/// </summary>
public static class AgentEventTypes
{
    /// <summary>A process started. Data: <see cref="AgentStarted"/>.</summary>
    public const string Started = "started";

    /// <summary>One JSON object that the CLI wrote to its standard output. Data: that object, byte for byte but for line ends.</summary>
    public const string Line = "line";

    /// <summary>A message was accepted for the CLI. Data: <see cref="AgentInputTaken"/>: what is needed to rebuild state, not its content.</summary>
    public const string Input = "input";

    /// <summary>The CLI wrote something that is not JSON, or more than the line limit. Data: <see cref="AgentNoise"/>.</summary>
    public const string Noise = "noise";

    /// <summary>The turn does not get on, and what is done about it. Data: <see cref="AgentStalled"/>.</summary>
    public const string Stalled = "stalled";

    /// <summary>The process has ended and its output is drained. Data: <see cref="AgentExited"/>.</summary>
    public const string Exited = "exited";

    /// <summary>
    /// The requested position is not kept any more, or belongs to another epoch. Data: <see cref="AgentGap"/>.
    /// It has no id; the events that follow begin with the oldest one kept.
    /// </summary>
    public const string Gap = "gap";
}

/// <summary>A place in a session's events: <c>epoch.sequence</c>, as in the <c>id:</c> of an event.</summary>
/// <param name="Epoch">See <see cref="AgentSession.Epoch"/>; it holds no dot.</param>
/// <param name="Sequence">From 1.</param>
public readonly record struct AgentEventId(string Epoch, long Sequence)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}.{Sequence}");

    /// <summary>Reads <c>epoch.sequence</c>; false for anything else.</summary>
    public static bool TryParse(string? text, out AgentEventId id)
    {
        id = default;
        var dot = text?.LastIndexOf('.') ?? -1;
        if (dot <= 0 || !long.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        id = new AgentEventId(text![..dot], sequence);
        return true;
    }
}

/// <summary>A run began.</summary>
/// <param name="LaunchId">The caller's id of the run.</param>
/// <param name="ProcessId">The operating system's id of the process.</param>
public sealed record AgentStarted(string LaunchId, int ProcessId);

/// <summary>What was accepted for the CLI, without its content.</summary>
/// <param name="MessageId">The caller's id of the message.</param>
/// <param name="Type">The message's <c>type</c>: user, control_request or control_response.</param>
/// <param name="Uuid">The message's <c>uuid</c>, when it has one.</param>
/// <param name="RequestId">The control request that is sent or answered, when it is one.</param>
/// <param name="Subtype">The subtype of a control request, such as interrupt.</param>
/// <param name="ClientId">See <see cref="AgentInput.ClientId"/>.</param>
public sealed record AgentInputTaken(string MessageId, string? Type, string? Uuid, string? RequestId, string? Subtype, string? ClientId = null);

/// <summary>Output that is no message.</summary>
/// <param name="Text">The text, cut to a few kilobytes.</param>
/// <param name="Bytes">How long it was.</param>
/// <param name="Reason">not-json, or too-long.</param>
public sealed record AgentNoise(string Text, long Bytes, string Reason);

/// <summary>What the worker does about a turn that does not get on.</summary>
public enum AgentStallStep
{
    /// <summary>It says so.</summary>
    Warned,

    /// <summary>It asks the CLI to interrupt the turn.</summary>
    Interrupted,

    /// <summary>It kills the CLI with all that it started; <c>exited</c> follows.</summary>
    Killed,
}

/// <summary>A turn made no progress for too long.</summary>
/// <param name="LaunchId">The run.</param>
/// <param name="Step">What is done about it.</param>
/// <param name="Reason">A sentence for people: for how long, and what happens next.</param>
public sealed record AgentStalled(string LaunchId, AgentStallStep Step, string Reason);

/// <summary>Why a run ended.</summary>
public enum AgentExitCause
{
    /// <summary>By itself: it finished, crashed or was killed by somebody else.</summary>
    Ended,

    /// <summary>It was asked for through the contract.</summary>
    Stopped,

    /// <summary>It had nothing to do for long, or its place or memory was needed while it had nothing to do.</summary>
    Idle,

    /// <summary>It used more memory than it may, with all that it started.</summary>
    MemoryLimit,

    /// <summary>It had more processes than it may.</summary>
    ProcessLimit,

    /// <summary>Its turn made no progress and did not heed the interrupt.</summary>
    Stalled,

    /// <summary>The worker stops.</summary>
    Shutdown,
}

/// <summary>A run ended.</summary>
public sealed record AgentExited
{
    /// <summary>The caller's id of the run.</summary>
    public required string LaunchId { get; init; }

    /// <summary>The exit code; 128 + n for a signal n.</summary>
    public required int ExitCode { get; init; }

    /// <summary>True when the end had been asked for, or nobody misses the run: it was idle, or the worker stops.</summary>
    public required bool Requested { get; init; }

    /// <summary>Why it ended.</summary>
    public required AgentExitCause Cause { get; init; }

    /// <summary>The cause in a sentence, when the worker itself ended the run.</summary>
    public string? Reason { get; init; }

    /// <summary>The last lines of standard error and of output that was no message, oldest first.</summary>
    public required IReadOnlyList<string> LastOutput { get; init; }
}

/// <summary>Events are missing.</summary>
/// <param name="Requested">The id after which events were asked for.</param>
/// <param name="Epoch">The current epoch.</param>
/// <param name="FirstSequence">The oldest event that follows.</param>
public sealed record AgentGap(string Requested, string Epoch, long FirstSequence);
