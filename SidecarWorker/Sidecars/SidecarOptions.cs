using Microsoft.Extensions.Options;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Restarting;
using Sidecar.Supervision.Settings;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>All named sidecars (section <c>Sidecar:Sidecars</c>).</summary>
internal sealed class SidecarsOptions
{
    /// <summary>The section that <see cref="Sidecars"/> is in.</summary>
    public const string Section = "Sidecar";

    /// <summary>By name.</summary>
    public Dictionary<string, SidecarOptions> Sidecars { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One program that is kept running (section <c>Sidecar:Sidecars:{name}</c>).</summary>
internal sealed class SidecarOptions
{
    private const string Section = "Sidecar:Sidecars";

    /// <summary>False: it is listed and does not run.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The program: a name to be found on <c>PATH</c>, or a path, which may be relative to the working directory.</summary>
    public string Command { get; set; } = "";

    /// <summary>Its arguments, as they are: there is no shell. <c>{port}</c> stands for the port.</summary>
    public IList<string> Arguments { get; set; } = [];

    /// <summary>An absolute path.</summary>
    /// <value>When it is not set, the home directory of the person.</value>
    public string WorkingDirectory { get; set; } = "";

    /// <summary>Added to the person's environment. <c>{port}</c> stands for the port.</summary>
    public IDictionary<string, string> Environment { get; set; } = new Dictionary<string, string>();

    /// <summary>The port that it is told to use (<c>PORT</c> and <c>{port}</c>). Zero: none.</summary>
    [NumberRange(Section, 0, 65_535)]
    public int Port { get; set; }

    /// <summary>True: at every start it is given a free port in place of <see cref="Port"/>.</summary>
    public bool AssignPort { get; set; }

    /// <summary>How long it must have been idle before it is replaced for its soft memory limit.</summary>
    /// <value>The default value is 10 seconds.</value>
    [DurationRange(Section, "00:00:01", "1.00:00:00")]
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How it is found out that it hangs.</summary>
    [ValidateObjectMembers]
    public SidecarProbeOptions Probe { get; set; } = new();

    /// <summary>When it is started again.</summary>
    [ValidateObjectMembers]
    public RestartOptions Restart { get; set; } = new();

    /// <summary>What it may use with all that it starts.</summary>
    [ValidateObjectMembers]
    public TreeLimits Limits { get; set; } = new();

    /// <summary>How it is ended.</summary>
    [ValidateObjectMembers]
    public SidecarStopOptions Stop { get; set; } = new();
}

/// <summary>How long a stop waits before it goes one step further. Together they stay below the time that a caller of the API waits.</summary>
internal sealed class SidecarStopOptions
{
    private const string Section = "Stop";

    /// <summary>How long it may take to end after its standard input was closed. Zero: that step is left out.</summary>
    [DurationRange(Section, "00:00:00", "00:00:05")]
    public TimeSpan Interrupt { get; set; }

    /// <summary>How long it may take to end after SIGTERM. Zero: it is killed at once.</summary>
    /// <value>The default value is 5 seconds.</value>
    [DurationRange(Section, "00:00:00", "00:00:15")]
    public TimeSpan Terminate { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the system may take to end its tree after SIGKILL.</summary>
    /// <value>The default value is 2 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:00:05")]
    public TimeSpan Kill { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>As a stop takes it.</summary>
    public StopBudget Budget => new(Interrupt, Terminate, Kill);
}
