using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProtoBuf;

namespace Sidecar.Tests.AppHost.Telemetry;

/// <summary>A receiver of telemetry over OTLP, HTTP with protobuf, that keeps what it gets.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly List<(string Service, Metric Metric)> _metrics = [];
    private readonly List<(string Service, Span Span)> _spans = [];
    private readonly List<(string Service, string Text)> _logs = [];

    private volatile bool _isStuck;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>From now on it takes what it is sent and does not answer.</summary>
    public void GetStuck() => _isStuck = true;

    /// <summary>The settings with which the services send to it, often.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "100"),
    ];

    public IReadOnlyList<(string Service, Metric Metric)> Metrics => Copy(_metrics);

    public IReadOnlyList<(string Service, Span Span)> Spans => Copy(_spans);

    public IReadOnlyList<(string Service, string Text)> Logs => Copy(_logs);

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/metrics", context => receiver.ReceiveAsync<ExportMetrics>(context, receiver.Add));
        app.MapPost("/v1/traces", context => receiver.ReceiveAsync<ExportTraces>(context, receiver.Add));
        app.MapPost("/v1/logs", context => receiver.ReceiveAsync<ExportLogs>(context, receiver.Add));
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync<T>(HttpContext context, Action<T> add)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (_isStuck)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        body.Position = 0;
        add(Serializer.Deserialize<T>(body));
        context.Response.ContentType = "application/x-protobuf"; // an empty answer: all was taken
    }

    private void Add(ExportMetrics export)
    {
        lock (_gate)
        {
            _metrics.AddRange(
                from resource in export.Resources
                from scope in resource.Scopes
                from metric in scope.Metrics
                select (resource.Resource.Service, metric));
        }
    }

    private void Add(ExportTraces export)
    {
        lock (_gate)
        {
            _spans.AddRange(
                from resource in export.Resources
                from scope in resource.Scopes
                from span in scope.Spans
                select (resource.Resource.Service, span));
        }
    }

    private void Add(ExportLogs export)
    {
        lock (_gate)
        {
            _logs.AddRange(
                from resource in export.Resources
                from scope in resource.Scopes
                from record in scope.Records
                select (resource.Resource.Service, record.Body?.Text ?? ""));
        }
    }

    private IReadOnlyList<T> Copy<T>(List<T> items)
    {
        lock (_gate)
        {
            return [.. items];
        }
    }
}
