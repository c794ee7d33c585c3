using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.Supervision.Restarting;

/// <summary>When a program that ended is started again.</summary>
public sealed class RestartOptions
{
    /// <summary>Where the AppHost's own are; those of a named sidecar are in its section.</summary>
    public const string Section = "Sidecar:Supervision:Restart";

    /// <summary>The wait before the first restart; it doubles with each further one.</summary>
    /// <value>The default value is 0.25 seconds: one crash should hardly be seen.</value>
    [DurationRange(Section, "00:00:00.010", "00:10:00")]
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest wait.</summary>
    /// <value>The default value is 60 seconds.</value>
    [DurationRange(Section, "00:00:00.010", "01:00:00")]
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A run that lasted this long starts the waits from the beginning.</summary>
    /// <value>The default value is 60 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "1.00:00:00")]
    public TimeSpan HealthyAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many restarts there may be within <see cref="Window"/>.</summary>
    /// <value>The default value is 5. Zero never restarts.</value>
    [NumberRange(Section, 0, 1000)]
    public int Budget { get; set; } = 5;

    /// <summary>The time that the budget is for.</summary>
    /// <value>The default value is 10 minutes.</value>
    [DurationRange(Section, "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary>Checks <see cref="RestartOptions"/>.</summary>
[OptionsValidator]
public sealed partial class RestartOptionsValidator : IValidateOptions<RestartOptions>;
