using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Live;

/// <summary>How live sessions and their client sockets are kept (section <c>Sidecar:Live</c>).</summary>
internal sealed class LiveOptions
{
    public const string Section = "Sidecar:Live";

    /// <summary>How long a session's idle agent is kept after its last client left.</summary>
    /// <value>The default value is 30 seconds.</value>
    [DurationRange(Section, "00:00:05", "1.00:00:00")]
    public TimeSpan DisconnectGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for an agent that was started ahead of its first message; the shorter of the two counts.</summary>
    /// <value>The default value is 5 minutes.</value>
    [DurationRange(Section, "00:00:01", "1.00:00:00")]
    public TimeSpan PrewarmIdle { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a permission prompt may wait while no client is there to answer it; then the agent is stopped.</summary>
    /// <value>The default value is 30 minutes.</value>
    [DurationRange(Section, "00:00:01", "1.00:00:00")]
    public TimeSpan PermissionGrace { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an interrupted turn may take to end before its agent is killed.</summary>
    /// <value>The default value is 3 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan StopPatience { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the agent may take to answer a control request.</summary>
    /// <value>The default value is 10 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan ControlTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the agent may take to answer that it stops a task in the background.</summary>
    /// <value>The default value is 3 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan TaskStopTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the end of a turn waits for its last message to be in the transcript.</summary>
    /// <value>The default value is 1 second.</value>
    [DurationRange(Section, "00:00:00", "00:01:00")]
    public TimeSpan DurabilityTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest message that a client may send.</summary>
    /// <value>The default value is 48 MiB: several images as base64. Longer ones close the socket with 1009.</value>
    [NumberRange(Section, 1024, 1024 * 1024 * 1024)]
    public long MaxMessageBytes { get; set; } = 48 * 1024 * 1024;

    /// <summary>How much may wait for one client behind the frame that it is being sent; beyond it the socket is closed with 1013.</summary>
    /// <value>The default value is 16 MiB.</value>
    [NumberRange(Section, 64 * 1024, 1024 * 1024 * 1024)]
    public long MaxQueuedBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>The same for all clients together; beyond it the one for which most waits is closed.</summary>
    /// <value>The default value is 256 MiB.</value>
    [NumberRange(Section, 64 * 1024, 1024L * 1024 * 1024 * 1024)]
    public long MaxQueuedTotalBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>How many live sessions are held at a time; further ones are refused with 1013.</summary>
    /// <value>The default value is 20000.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxSessions { get; set; } = 20_000;

    /// <summary>What one session keeps of its newest frames, for clients that come back.</summary>
    /// <value>The default value is 1 MiB. A client that missed more is told so and reloads.</value>
    [NumberRange(Section, 0, 1024 * 1024 * 1024)]
    public long MaxRetainedBytes { get; set; } = 1024 * 1024;

    /// <summary>The same for all sessions together; when it is too much, the sessions that were silent longest lose theirs.</summary>
    /// <value>The default value is 64 MiB.</value>
    [NumberRange(Section, 0, 64L * 1024 * 1024 * 1024)]
    public long MaxRetainedTotalBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many messages of a session may be without an answer; a further one is refused.</summary>
    /// <value>The default value is 64: as many as an agent's input queue takes.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxOpenTurns { get; set; } = 64;

    /// <summary>How many messages with an id of the client's a session remembers, to know one that is sent again.</summary>
    /// <value>The default value is 256.</value>
    [NumberRange(Section, 1, 100_000)]
    public int MaxReceipts { get; set; } = 256;

    /// <summary>How many client sockets may be open; further ones are refused with 1013.</summary>
    /// <value>The default value is 20000.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxSockets { get; set; } = 20_000;

    /// <summary>How many of them may belong to one session; further ones are refused with 1013.</summary>
    /// <value>The default value is 64.</value>
    [NumberRange(Section, 1, 100_000)]
    public int MaxSocketsPerSession { get; set; } = 64;

    /// <summary>How many permission prompts of a session may be open; for one more the oldest is denied.</summary>
    /// <value>The default value is 256: an agent asks for a handful of tools at a time; past this many it is broken.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxPrompts { get; set; } = 256;

    /// <summary>How many requests to a session's agent may wait for its answer; further ones are not sent.</summary>
    /// <value>The default value is 64.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxControlRequests { get; set; } = 64;

    /// <summary>How many starts, stops and changes of a session's agent may wait for one another; a further one that a client asks for, or a message behind them, is refused.</summary>
    /// <value>The default value is 128: those of as many messages as may be open, and as many again.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxTransitions { get; set; } = 128;

    /// <summary>How long a deleted session is remembered, so that a client which has not noticed does not start it again.</summary>
    /// <value>The default value is 24 hours.</value>
    [DurationRange(Section, "00:00:01", "30.00:00:00")]
    public TimeSpan DeletedSessionsLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many deleted sessions are remembered; for one more the one that was deleted first is forgotten.</summary>
    /// <value>The default value is 10000.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxDeletedSessions { get; set; } = 10_000;

    /// <summary>How often a silent client is asked whether it is still there.</summary>
    /// <value>The default value is 30 seconds. Clients ping on their own as often, so this only backs them up.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it may take to answer; then its socket is cut.</summary>
    /// <value>The default value is 30 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many messages a second a client may send for long; one that sends more is read no faster.</summary>
    /// <value>The default value is 100.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxMessageRate { get; set; } = 100;

    /// <summary>How many messages a client may send at once before that rate counts.</summary>
    /// <value>The default value is 1000: whatever a person did while the line was down.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxMessageBurst { get; set; } = 1000;
}

[OptionsValidator]
internal sealed partial class LiveOptionsValidator : IValidateOptions<LiveOptions>;
