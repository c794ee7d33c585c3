using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.Supervision.Probing;

/// <summary>How it is found out that a program hangs (section <c>Sidecar:Supervision</c> for the services).</summary>
/// <remarks>Not sealed: a program that a person configures adds what is asked.</remarks>
public class ProbeOptions
{
    /// <summary>The configuration section of the services' probes.</summary>
    public const string Section = "Sidecar:Supervision";

    /// <summary>The time from one probe to the next while the program is healthy.</summary>
    /// <value>The default value is 10 seconds. After a failure the next probe follows sooner.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer may take.</summary>
    /// <value>The default value is 5 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "00:05:00")]
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many probes in a row must fail before the program counts as hung.</summary>
    /// <value>The default value is 5: with the other defaults a frozen program is found within 35 seconds.</value>
    [NumberRange(Section, 1, 100)]
    public int FailureThreshold { get; set; } = 5;

    /// <summary>How long a program may take from its start to its first healthy answer.</summary>
    /// <value>The default value is 30 seconds.</value>
    [DurationRange(Section, "00:00:01", "01:00:00")]
    public TimeSpan StartupTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Checks <see cref="ProbeOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ProbeOptionsValidator : IValidateOptions<ProbeOptions>;
