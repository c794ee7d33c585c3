using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.AppHost.Local;

/// <summary>What the AppHost itself reads of the section <c>Sidecar</c>; the services read the rest from the same environment.</summary>
internal sealed class LocalOptions
{
    public const string Section = "Sidecar";

    /// <summary>The port of the session API on 127.0.0.1.</summary>
    /// <value>The default value is 3456.</value>
    [NumberRange(Section, 1, 65_535)]
    public int Port { get; set; } = 3456;
}

[OptionsValidator]
internal sealed partial class LocalOptionsValidator : IValidateOptions<LocalOptions>;
