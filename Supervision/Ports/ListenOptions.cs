using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.Supervision.Ports;

/// <summary>
/// Where the session API listens (section <c>Sidecar</c>): the AppHost gives it this port; run alone, it takes it itself, unless
/// <c>--urls</c> or <c>ASPNETCORE_URLS</c> say otherwise.
/// </summary>
public sealed class ListenOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Sidecar";

    /// <summary>What existing clients look for.</summary>
    public const int DefaultPort = 3456;

    /// <summary>The port on 127.0.0.1.</summary>
    /// <value>The default value is 3456.</value>
    [NumberRange(Section, 1, 65_535)]
    public int Port { get; set; } = DefaultPort;
}

/// <summary>Checks <see cref="ListenOptions"/>.</summary>
[OptionsValidator]
public sealed partial class ListenOptionsValidator : IValidateOptions<ListenOptions>;
