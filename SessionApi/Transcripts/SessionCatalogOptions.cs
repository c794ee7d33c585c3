using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>The configuration section <c>Sidecar:Sessions</c>.</summary>
internal sealed class SessionCatalogOptions
{
    public const string Section = "Sidecar:Sessions";

    public static readonly TimeSpan MinSweepInterval = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan MaxSweepInterval = TimeSpan.FromHours(1);

    /// <summary>How often the transcripts' directory entries are looked at for changes by other processes.</summary>
    /// <value>The default value is 2 seconds.</value>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>Written by hand: the range attribute for time spans needs reflection, and its sentence cannot name the value.</summary>
internal sealed class SessionCatalogOptionsValidator : IValidateOptions<SessionCatalogOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionCatalogOptions options) =>
        options.SweepInterval >= SessionCatalogOptions.MinSweepInterval && options.SweepInterval <= SessionCatalogOptions.MaxSweepInterval
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"{SessionCatalogOptions.Section}:{nameof(SessionCatalogOptions.SweepInterval)} is {options.SweepInterval}; " +
                $"it must be between {SessionCatalogOptions.MinSweepInterval} and {SessionCatalogOptions.MaxSweepInterval}.");
}
