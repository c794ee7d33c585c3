using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.SessionApi.Hosting;

/// <summary>Where the server listens (section <c>Sidecar</c>). <c>--urls</c> and <c>ASPNETCORE_URLS</c> win over it.</summary>
internal sealed class ListenOptions
{
    public const string Section = "Sidecar";

    /// <summary>The port on 127.0.0.1.</summary>
    /// <value>The default value is 3456: what existing clients look for.</value>
    [NumberRange(Section, 1, 65_535)]
    public int Port { get; set; } = 3456;
}

[OptionsValidator]
internal sealed partial class ListenOptionsValidator : IValidateOptions<ListenOptions>;
