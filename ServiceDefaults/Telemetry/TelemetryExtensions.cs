using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Sidecar.ServiceDefaults.Telemetry;

/// <summary>
/// OpenTelemetry: every meter and source whose name begins with <c>Sidecar.</c>, and those of the runtime, of the web server and of HTTP clients.
/// Exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other <c>OTEL_*</c> variables are honoured.
/// </summary>
internal static class TelemetryExtensions
{
    // Not all that the libraries would add: what counts each match of a route and each block of memory, twice for every request, costs as much as
    // all the rest. For the same reason the requests under way are not counted.
    private static readonly string[] Meters =
        ["Sidecar.*", "System.Runtime", "System.Net.Http", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    // Of the exporters, by which they ask for their HTTP clients.
    private static readonly string[] ExporterClients = ["OtlpTraceExporter", "OtlpMetricExporter", "OtlpLogExporter"];

    public static void AddTelemetry(this IHostApplicationBuilder builder, string serviceName)
    {
        builder.Services.AddSingleton<SchedulingLatency>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SchedulingLatency>());
        builder.Services.AddHostedService<MeasuredParts>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => ServiceIdentity.AddTo(resource, builder.Configuration, serviceName));
        builder.Services.AddOptionsWithValidateOnStart<MetricsOptions, MetricsOptions.Validator>().BindConfiguration(MetricsOptions.Section);
        var isScraped = MetricsOptions.HasPrometheus(builder.Configuration);
        var isExported = !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        if (isScraped || isExported) // else nobody listens: collecting would only cost
        {
            telemetry.WithMetrics(metrics => AddMetrics(metrics, isScraped));
        }

        if (isExported)
        {
            telemetry.WithLogging(configureBuilder: null, logging =>
                {
                    logging.IncludeFormattedMessage = true;
                    logging.IncludeScopes = true;
                })
                .WithTracing(tracing => AddTracing(tracing, hasSampler: !string.IsNullOrEmpty(builder.Configuration["OTEL_TRACES_SAMPLER"])))
                .UseOtlpExporter();
            builder.Services.AddSingleton<IStartupFilter, RequestSpans>();
            builder.BoundExport();
        }
    }

    /// <summary>Maps <c>/metrics</c>, if it is asked for.</summary>
    public static void MapMetrics(this WebApplication app)
    {
        if (MetricsOptions.HasPrometheus(app.Configuration))
        {
            app.MapPrometheusScrapingEndpoint();
        }
    }

    /// <summary>
    /// A receiver that is away must not hold up the end of a service, which sends each signal once more: by default one attempt may take 10 s, and
    /// the standard resilience would repeat it.
    /// </summary>
    private static void BoundExport(this IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "2000" },
        });
        foreach (var client in ExporterClients)
        {
#pragma warning disable EXTEXP0001 // the only way to leave a client out of the defaults
            builder.Services.AddHttpClient(client).RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        }
    }

    private static void AddTracing(TracerProviderBuilder tracing, bool hasSampler)
    {
        // The web server's own spans, which RequestSpans completes: the library for that looks at each request, recorded or not, and costs the
        // list several percent.
        tracing.AddSource("Sidecar.*", "Microsoft.AspNetCore").AddHttpClientInstrumentation();
        if (!hasSampler)
        {
            tracing.SetSampler(new ParentBasedSampler(new RequestSampler()));
        }
    }

    private static void AddMetrics(MeterProviderBuilder metrics, bool isScraped)
    {
        metrics.AddMeter(Meters).AddView("http.server.active_requests", MetricStreamConfiguration.Drop);
        if (isScraped)
        {
            metrics.AddPrometheusExporter();
        }
    }
}
