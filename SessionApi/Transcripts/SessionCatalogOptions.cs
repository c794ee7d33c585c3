using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>The configuration section <c>Sidecar:Sessions</c>.</summary>
internal sealed class SessionCatalogOptions
{
    public const string Section = "Sidecar:Sessions";

    /// <summary>How often the transcripts' directory entries are looked at for changes by other processes.</summary>
    /// <value>The default value is 2 seconds.</value>
    [DurationRange(Section, "00:00:00.100", "01:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(2);
}

[OptionsValidator]
internal sealed partial class SessionCatalogOptionsValidator : IValidateOptions<SessionCatalogOptions>;
