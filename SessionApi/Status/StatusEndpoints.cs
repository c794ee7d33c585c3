using System.Diagnostics;
using System.Text.Json.Serialization;
using Sidecar.ServiceDefaults;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Status;

/// <summary>
/// <c>GET /api/status</c>: clients ask it to see whether they may talk to this server. <c>GET /api/status/index</c>: how the session index is.
/// <c>GET /api/status/limits</c>: what may grow and how far, of both services. <c>GET /api/status/diagnostics</c>: what this process costs.
/// <c>GET /api/status/usage</c>: what the turns cost that it has seen. <c>GET /api/status/user</c>: whose files it works on.
/// <c>GET /api/status/agents</c>: the agent processes. <c>GET /api/status/history</c>: what this process cost before.
/// <c>GET /api/status/setup</c>: whether the parts are in place.
/// </summary>
internal static class StatusEndpoints
{
    public static void AddStatus(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<DemoOptions, DemoOptions.Validator>().BindConfiguration(DemoOptions.Section);
        builder.Services.AddSingleton<LimitStatusSource>();
        builder.Services.AddSingleton<AgentStatusSource>();
        builder.Services.AddSingleton<SetupStatusSource>();
        builder.Services.AddSingleton<StatusHistory>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StatusHistory>());
    }

    public static IEndpointRouteBuilder MapStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/status", (RequestDelegate)(context =>
            context.Response.WriteAsJsonAsync(
                Now(context.RequestServices.GetRequiredService<TimeProvider>()),
                StatusJson.Default.ServerStatus,
                cancellationToken: context.RequestAborted)))
            .Describe("readStatus", "Whether a client may talk to this server; uptime is in milliseconds.")
            .Answers(StatusJson.Default.ServerStatus);
        routes.MapGet("/api/status/index", (RequestDelegate)(context =>
            context.Response.WriteAsJsonAsync(
                context.RequestServices.GetRequiredService<IndexStatusSource>().Now(),
                StatusJson.Default.IndexStatus,
                cancellationToken: context.RequestAborted)))
            .Describe("readIndexStatus", "How the session index is; sizes are in bytes, its lists have at most ten entries.")
            .Answers(StatusJson.Default.IndexStatus);
        routes.MapGet("/api/status/limits", (RequestDelegate)(async context =>
            await context.Response.WriteAsJsonAsync(
                await context.RequestServices.GetRequiredService<LimitStatusSource>().NowAsync(context.RequestAborted),
                StatusJson.Default.LimitList,
                cancellationToken: context.RequestAborted)))
            .Describe("listLimits", "What grows with use in both services, how much there is, may be and was at most; units are UCUM.")
            .Answers(StatusJson.Default.LimitList);
        routes.MapGet("/api/status/diagnostics", (RequestDelegate)(context =>
            context.Response.WriteAsJsonAsync(
                DiagnosticsStatus.Now(
                    context.RequestServices.GetRequiredService<TimeProvider>(),
                    context.RequestServices.GetRequiredService<SchedulingLatency>(),
                    context.RequestServices.GetRequiredService<TranscriptRoot>()),
                StatusJson.Default.DiagnosticsStatus,
                cancellationToken: context.RequestAborted)))
            .Describe("readDiagnostics", "What this process costs: memory in bytes, uptime in milliseconds.")
            .Answers(StatusJson.Default.DiagnosticsStatus);
        routes.MapGet("/api/status/usage", (RequestDelegate)(context =>
            context.Response.WriteAsJsonAsync(
                context.RequestServices.GetRequiredService<UsageTotals>().Now,
                StatusJson.Default.UsageTotal,
                cancellationToken: context.RequestAborted)))
            .Describe("readUsage", "Tokens and US dollars of all results since this process began.")
            .Answers(StatusJson.Default.UsageTotal);
        routes.MapGet("/api/status/user", (RequestDelegate)(context =>
            context.Response.WriteAsJsonAsync(
                UserStatus.Of(
                    context.RequestServices.GetRequiredService<TranscriptRoot>(), context.RequestServices.GetRequiredService<TranscriptDiscovery>()),
                StatusJson.Default.UserStatus,
                cancellationToken: context.RequestAborted)))
            .Describe("readUser", "The config folder and the names of its project directories.")
            .Answers(StatusJson.Default.UserStatus);
        routes.MapGet("/api/status/agents", (RequestDelegate)(async context =>
            await context.Response.WriteAsJsonAsync(
                await context.RequestServices.GetRequiredService<AgentStatusSource>().NowAsync(context.RequestAborted),
                StatusJson.Default.AgentStatusList,
                cancellationToken: context.RequestAborted)))
            .Describe("listAgentProcesses", "The agent processes that run, those with most memory first, at most 500. Empty when the worker does not answer within a second.")
            .Answers(StatusJson.Default.AgentStatusList);
        routes.MapGet("/api/status/history", (RequestDelegate)(context =>
            context.Response.WriteAsJsonAsync(
                context.RequestServices.GetRequiredService<StatusHistory>().All,
                StatusJson.Default.StatusSamples,
                cancellationToken: context.RequestAborted)))
            .Describe("readHistory", "What this process cost in the last 15 minutes, a sample every 5 seconds, oldest first: sizes in bytes, delays in milliseconds.")
            .Answers(StatusJson.Default.StatusSamples);
        routes.MapGet("/api/status/setup", (RequestDelegate)(async context =>
            await context.Response.WriteAsJsonAsync(
                await context.RequestServices.GetRequiredService<SetupStatusSource>().NowAsync(context.RequestAborted),
                StatusJson.Default.SetupStatus,
                cancellationToken: context.RequestAborted)))
            .Describe("readSetup", "Whether the parts are in place: the folder of transcripts, and the agent CLI with where it was looked for; agent is null when the worker does not answer within a second.")
            .Answers(StatusJson.Default.SetupStatus);
        return routes;
    }

    private static ServerStatus Now(TimeProvider time)
    {
        using var self = Process.GetCurrentProcess();
        var uptime = time.GetUtcNow() - self.StartTime.ToUniversalTime();
        return new ServerStatus("ok", ServiceIdentity.ProductVersion, (long)uptime.TotalMilliseconds);
    }
}

/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Version">The product version.</param>
/// <param name="Uptime">Milliseconds since the start.</param>
internal sealed record ServerStatus(string Status, string Version, long Uptime);

/// <param name="ConfigDir">Where the agent CLI keeps its files.</param>
/// <param name="Projects">The names of the project directories, in order.</param>
internal sealed record UserStatus(string ConfigDir, IReadOnlyList<string> Projects)
{
    public static UserStatus Of(TranscriptRoot root, TranscriptDiscovery discovery) =>
        new(root.ConfigDirectory, [.. discovery.ProjectDirectories().Select(directory => Path.GetFileName(directory)).Order(StringComparer.Ordinal)]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerStatus))]
[JsonSerializable(typeof(IndexStatus))]
[JsonSerializable(typeof(LimitList))]
[JsonSerializable(typeof(DiagnosticsStatus))]
[JsonSerializable(typeof(UsageTotal))]
[JsonSerializable(typeof(UserStatus))]
[JsonSerializable(typeof(AgentStatusList))]
[JsonSerializable(typeof(StatusSamples))]
[JsonSerializable(typeof(SetupStatus))]
internal sealed partial class StatusJson : JsonSerializerContext;
