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

    /// <summary>How much may wait for one client that reads slowly; beyond it the socket is closed with 1013.</summary>
    /// <value>The default value is 16 MiB.</value>
    [NumberRange(Section, 64 * 1024, 1024 * 1024 * 1024)]
    public long MaxQueuedBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many live sessions are held at a time; further ones are refused with 1013.</summary>
    /// <value>The default value is 20000.</value>
    [NumberRange(Section, 1, 1_000_000)]
    public int MaxSessions { get; set; } = 20_000;
}

[OptionsValidator]
internal sealed partial class LiveOptionsValidator : IValidateOptions<LiveOptions>;
