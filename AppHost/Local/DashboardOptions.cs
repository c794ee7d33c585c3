using Microsoft.Extensions.Options;
using Sidecar.Supervision.Settings;

namespace Sidecar.AppHost.Local;

/// <summary>The Aspire dashboard that shows what the services tell (section <c>Sidecar:Dashboard</c>).</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Sidecar:Dashboard";

    /// <summary>Whether it is started when its program is found. It is not when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names another receiver.</summary>
    /// <value>The default value is <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>The Aspire CLI: a name that is looked for in PATH, or a path.</summary>
    /// <value>The default value is <c>aspire</c>.</value>
    public string Command { get; set; } = "aspire";

    /// <summary>The port of its pages on 127.0.0.1; when it is taken, a free one is used.</summary>
    /// <value>The default value is 18888.</value>
    [NumberRange(Section, 1, 65_535)]
    public int Port { get; set; } = 18_888;
}

/// <summary>Checks <see cref="DashboardOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class DashboardOptionsValidator : IValidateOptions<DashboardOptions>;
