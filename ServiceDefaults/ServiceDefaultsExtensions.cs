using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.ServiceDefaults.Http;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.Supervision.Memory;

namespace Sidecar.ServiceDefaults;

/// <summary>
/// What every service of the system shares: telemetry, health endpoints, service discovery and resilient HTTP clients.
/// The shape is the one that Aspire users know.
/// </summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Adds telemetry, health checks, service discovery and the standard resilience handler.</summary>
    /// <param name="builder">The service's application builder.</param>
    /// <param name="serviceName">The <c>service.name</c> of all telemetry; <c>OTEL_SERVICE_NAME</c> wins over it.</param>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, string serviceName)
        where TBuilder : IHostApplicationBuilder
    {
        builder.SetLogLevels();
        builder.ConfigureLogging();
        builder.AddTelemetry(serviceName);
        builder.AddDefaultHealthChecks(serviceName);
        builder.Services.AddSingleton<BoundRegistry>();
        builder.Services.AddMemoryTrimming();
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http =>
        {
            http.AddStandardResilienceHandler(RequestPatience.Heed);
            http.AddServiceDiscovery();
        });
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready) and <c>/alive</c> (live), always and not only in development: supervision lives on them; and
    /// <c>/metrics</c> when it is asked for.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealth();
        app.MapMetrics();
        return app;
    }

    private static void ConfigureLogging(this IHostApplicationBuilder builder)
    {
        // One line an event, so that a supervisor can prefix it; levels still come from configuration.
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        // A console that nobody reads must not stop the service: lines are dropped, and counted by the logger.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
    }

    /// <summary>Under all other configuration: a filter set in code would win over what a person configures.</summary>
    private static void SetLogLevels(this IHostApplicationBuilder builder) =>
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?>
            {
                ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
                ["Logging:LogLevel:System.Net.Http.HttpClient"] = "Warning",
                ["Logging:LogLevel:Polly"] = "Error",
            },
        });
}
