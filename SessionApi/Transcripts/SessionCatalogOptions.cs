using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>The configuration section <c>Sidecar:Sessions</c>.</summary>
internal sealed class SessionCatalogOptions
{
    public const string Section = "Sidecar:Sessions";

    /// <summary>How often all directory entries are compared with what is known, whatever the system told in between.</summary>
    /// <value>The default value is 30 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for the project directories that the system does not watch for us.</summary>
    /// <value>The default value is 2 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan UnwatchedSweepInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many directories the system is asked to watch; 0 for none.</summary>
    /// <value>The default value is 4096.</value>
    [NumberRange(Section, 0, 1_000_000)]
    public int MaxWatches { get; set; } = 4096;
}

[OptionsValidator]
internal sealed partial class SessionCatalogOptionsValidator : IValidateOptions<SessionCatalogOptions>;
