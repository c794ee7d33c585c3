using System.Diagnostics;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
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
        routes.MapStatus("/api/status", StatusJson.Default.ServerStatus, services => Now(services.GetRequiredService<TimeProvider>()))
            .Describe("readStatus", "Whether a client may talk to this server; uptime is in milliseconds.");
        routes.MapStatus("/api/status/index", StatusJson.Default.IndexStatus, services => services.GetRequiredService<IndexStatusSource>().Now())
            .Describe("readIndexStatus", "How the session index is; sizes are in bytes, its lists have at most ten entries.");
        routes.MapStatus("/api/status/limits", StatusJson.Default.LimitList, (services, cancellationToken) =>
                services.GetRequiredService<LimitStatusSource>().NowAsync(cancellationToken))
            .Describe("listLimits", "What grows with use in both services, how much there is, may be and was at most; units are UCUM.");
        routes.MapStatus("/api/status/diagnostics", StatusJson.Default.DiagnosticsStatus, services => DiagnosticsStatus.Now(
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<SchedulingLatency>(),
                services.GetRequiredService<TranscriptRoot>()))
            .Describe("readDiagnostics", "What this process costs: memory in bytes, uptime in milliseconds.");
        routes.MapStatus("/api/status/usage", StatusJson.Default.UsageTotal, services => services.GetRequiredService<UsageTotals>().Now)
            .Describe("readUsage", "Tokens and US dollars of all results since this process began.");
        routes.MapStatus("/api/status/user", StatusJson.Default.UserStatus, services => UserStatus.Of(
                services.GetRequiredService<TranscriptRoot>(), services.GetRequiredService<TranscriptDiscovery>()))
            .Describe("readUser", "The config folder and the names of its project directories.");
        routes.MapStatus("/api/status/agents", StatusJson.Default.AgentStatusList, (services, cancellationToken) =>
                services.GetRequiredService<AgentStatusSource>().NowAsync(cancellationToken))
            .Describe("listAgentProcesses", "The agent processes that run, those with most memory first, at most 500. Empty when the worker does not answer within a second.");
        routes.MapStatus("/api/status/history", StatusJson.Default.StatusSamples, services => services.GetRequiredService<StatusHistory>().All)
            .Describe("readHistory", "What this process cost in the last 15 minutes, a sample every 5 seconds, oldest first: sizes in bytes, delays in milliseconds.");
        routes.MapStatus("/api/status/setup", StatusJson.Default.SetupStatus, (services, cancellationToken) =>
                services.GetRequiredService<SetupStatusSource>().NowAsync(cancellationToken))
            .Describe("readSetup", "Whether the parts are in place: the folder of transcripts, and the agent CLI with where it was looked for; agent is null when the worker does not answer within a second.");
        return routes;
    }

    private static IEndpointConventionBuilder MapStatus<T>(
        this IEndpointRouteBuilder routes, string path, JsonTypeInfo<T> type, Func<IServiceProvider, T> answer) =>
        routes.MapStatus(path, type, (services, _) => Task.FromResult(answer(services)));

    private static IEndpointConventionBuilder MapStatus<T>(
        this IEndpointRouteBuilder routes, string path, JsonTypeInfo<T> type, Func<IServiceProvider, CancellationToken, Task<T>> answer) =>
        routes.MapGet(path, (RequestDelegate)(async context =>
            await context.Response.WriteAsJsonAsync(
                await answer(context.RequestServices, context.RequestAborted), type, cancellationToken: context.RequestAborted)))
            .Answers(type);

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
