using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Settings;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>How agent CLIs are started and kept (section <c>Sidecar:Agent</c>).</summary>
internal sealed class AgentOptions
{
    public const string Section = "Sidecar:Agent";

    /// <summary>
    /// The agent CLI: a path, or a name to be found on <c>PATH</c>. When it is not set, <c>CLAUDE_CLI_PATH</c> is used.
    /// </summary>
    /// <value>The default value is <c>claude</c>.</value>
    [Required]
    public string Command { get; set; } = "claude";

    /// <summary>Arguments that come before ours, for a CLI that is itself run by another program.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>How the CLI is spoken to: one of <see cref="AgentTransport"/>.</summary>
    /// <value>The default value is <c>stdio</c>: standard input and output. <c>sdk-url</c>: the CLI connects to the worker.</value>
    [Choice(Section, AgentTransport.Stdio, AgentTransport.SdkUrl)]
    public string Transport { get; set; } = AgentTransport.Stdio;

    /// <summary>How long a CLI may take to end after its input was closed.</summary>
    /// <value>The default value is 2 seconds: an idle CLI was seen to end within 0.1 s.</value>
    [DurationRange(Section, "00:00:00.100", "00:01:00")]
    public TimeSpan CloseGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a CLI may take to end after SIGTERM.</summary>
    /// <value>The default value is 6 seconds: the CLI gives its own clean-up 5.</value>
    [DurationRange(Section, "00:00:00.100", "00:01:00")]
    public TimeSpan TerminateGrace { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How many bytes of events are kept for each session, so that a reader can go on after a break.</summary>
    /// <value>The default value is 4 MiB. At least the newest event is always kept.</value>
    [NumberRange(Section, 64 * 1024L, 1024 * 1024 * 1024L)]
    public long RetainedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How many bytes of events are kept for all sessions together.</summary>
    /// <value>The default value is 128 MiB. The newest event of each session is always kept.</value>
    [NumberRange(Section, 1024 * 1024L, 1024L * 1024 * 1024 * 1024)]
    public long RetainedTotalBytes { get; set; } = 128 * 1024 * 1024;

    /// <summary>Among how many messages of a run one that comes again is known by its uuid, and dropped.</summary>
    /// <value>The default value is 2000: a CLI that reconnects repeats up to 1000.</value>
    [NumberRange(Section, 100, 100_000)]
    public int RecentUuids { get; set; } = 2000;

    /// <summary>How long the CLI's output waits for an attached reader that is too slow, before events are dropped for it.</summary>
    /// <value>The default value is 10 seconds.</value>
    [DurationRange(Section, "00:00:00", "00:05:00")]
    public TimeSpan SlowReaderPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest line of output that is passed on.</summary>
    /// <value>The default value is 64 MiB. A longer line is reported and skipped.</value>
    [NumberRange(Section, 64 * 1024L, 1024 * 1024 * 1024L)]
    public long MaxLineBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many sessions the worker holds, running or ended.</summary>
    /// <value>The default value is 256.</value>
    [NumberRange(Section, 1, 100_000)]
    public int MaxSessions { get; set; } = 256;

    /// <summary>How many agent CLIs run at once.</summary>
    /// <value>The default value is 32. When all places are taken, the agent that has been idle longest is stopped for the next one.</value>
    [NumberRange(Section, 1, 10_000)]
    public int MaxProcesses { get; set; } = 32;

    /// <summary>How long a CLI without a turn or background task is kept.</summary>
    /// <value>The default value is 30 minutes. The next message starts it again.</value>
    [DurationRange(Section, "00:00:01", "7.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a turn may go without output and without using the processor. It is warned of at half that time.</summary>
    /// <value>The default value is 15 minutes: the CLI gives its own requests 10.</value>
    [DurationRange(Section, "00:00:01", "1.00:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The same while a tool runs.</summary>
    /// <value>The default value is 1 hour.</value>
    [DurationRange(Section, "00:00:01", "1.00:00:00")]
    public TimeSpan ToolStallTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a turn may go without output although it uses the processor: an endless loop looks like work.</summary>
    /// <value>The default value is 2 hours.</value>
    [DurationRange(Section, "00:00:01", "7.00:00:00")]
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long a stalled turn may take to end after it was interrupted, before the CLI is killed.</summary>
    /// <value>The default value is 10 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan InterruptGrace { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What a CLI and everything it started may use together.</summary>
    [ValidateObjectMembers]
    public TreeLimits Limits { get; set; } = new();

    /// <summary>How long the events of an ended run are kept for a reader that comes back.</summary>
    /// <value>The default value is 5 minutes.</value>
    [DurationRange(Section, "00:00:01", "1.00:00:00")]
    public TimeSpan EndedRetention { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class AgentOptionsValidator : IValidateOptions<AgentOptions>;
