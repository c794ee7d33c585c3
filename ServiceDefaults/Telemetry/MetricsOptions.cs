using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sidecar.ServiceDefaults.Telemetry;

/// <summary>What is done with metrics beside their export over OTLP (section <c>Sidecar:Metrics</c>).</summary>
public sealed class MetricsOptions
{
    public const string Section = "Sidecar:Metrics";

    private const string Key = $"{Section}:{nameof(Prometheus)}";

    /// <summary>Whether <c>GET /metrics</c> answers in the text format of Prometheus.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public string? Prometheus { get; set; }

    /// <summary>Whether it is on. What is neither true nor false is reported when the service starts.</summary>
    public static bool HasPrometheus(IConfiguration configuration) => bool.TryParse(configuration[Key], out var on) && on;

    /// <summary>Checks <see cref="MetricsOptions"/>.</summary>
    internal sealed class Validator : IValidateOptions<MetricsOptions>
    {
        public ValidateOptionsResult Validate(string? name, MetricsOptions options) =>
            options.Prometheus is null or "" || bool.TryParse(options.Prometheus, out _)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Key} is \"{options.Prometheus}\"; it must be true or false.");
    }
}
