using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Sidecar.ServiceDefaults;

/// <summary>
/// <c>/health</c> runs every registered check and says who answers; <c>/alive</c> is a fixed answer from the request pipeline,
/// so that it fails only when the process no longer serves requests.
/// </summary>
public static class HealthEndpoints
{
    private const string HealthPath = "/health";
    private const string AlivePath = "/alive";

    private static readonly byte[] AliveBody = "{\"status\":\"ok\"}"u8.ToArray();

    /// <summary>Whether a request asks for exactly one of the two. They are answered without authentication.</summary>
    public static bool Is(HttpRequest request) =>
        (request.Path == AlivePath || request.Path == HealthPath) && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    internal static bool IsProbe(PathString path) => path.StartsWithSegments(HealthPath) || path.StartsWithSegments(AlivePath);

    internal static void AddDefaultHealthChecks(this IHostApplicationBuilder builder, string serviceName)
    {
        builder.Services.AddSingleton(ServiceIdentity.Of(serviceName));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
    }

    internal static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(AlivePath, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)AnswerAlive)
            .WithName("readAlive").WithSummary("Whether the process serves requests.");
        routes.MapMethods(HealthPath, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)AnswerHealth)
            .WithName("readHealth").WithSummary("Whether the service can do its work; 503 with the reasons in checks when it cannot.");
    }

    private static Task AnswerAlive(HttpContext context)
    {
        Prepare(context.Response);
        context.Response.ContentLength = AliveBody.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.BodyWriter.WriteAsync(AliveBody, context.RequestAborted).AsTask();
    }

    /// <summary>200 <c>{"status":"ok",…}</c>, or 503 <c>{"status":"unhealthy",…,"checks":{name: what is wrong}}</c>.</summary>
    private static async Task AnswerHealth(HttpContext context)
    {
        var identity = context.RequestServices.GetRequiredService<ServiceIdentity>();
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var report = await context.RequestServices.GetRequiredService<HealthCheckService>().CheckHealthAsync(context.RequestAborted);

        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("status", report.Status == HealthStatus.Unhealthy ? "unhealthy" : "ok");
            json.WriteString("timestamp", time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", null));
            // A page of any other origin may know that the server is there, and no more.
            if (context.Request.Headers.Origin.Count == 0)
            {
                json.WriteString("service", identity.Name);
                json.WriteString("version", identity.Version);
                json.WriteString("instanceId", identity.InstanceId);
                json.WriteNumber("pid", Environment.ProcessId);
                WriteProblems(json, report);
            }

            json.WriteEndObject();
        }

        Prepare(context.Response);
        // Clients look for the server from pages of their own.
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.StatusCode = report.Status == HealthStatus.Unhealthy
            ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status200OK;
        context.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
        }
    }

    private static void WriteProblems(Utf8JsonWriter json, HealthReport report)
    {
        if (report.Status == HealthStatus.Healthy)
        {
            return;
        }

        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            if (entry.Status != HealthStatus.Healthy)
            {
                json.WriteString(name, entry.Description ?? entry.Exception?.Message ?? entry.Status.ToString());
            }
        }

        json.WriteEndObject();
    }

    private static void Prepare(HttpResponse response)
    {
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.CacheControl = "no-store";
    }
}
