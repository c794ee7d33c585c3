using System.Text.Json.Serialization;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Absent;

/// <summary>
/// What existing clients ask for on their way and this server does not do: each answer says, in the shape that the client reads, that there is
/// nothing. Without them a client takes the 404 for a failure and reports it.
/// </summary>
internal static class AbsentEndpoints
{
    private const int TargetsLifetimeMs = 60_000;

    public static void MapAbsent(this IEndpointRouteBuilder routes)
    {
        var noTraces = new TraceSettings(Enabled: false, StorageDir: "");
        routes.MapGet("/api/traces/settings", () => TypedResults.Json(noTraces, AbsentJson.Default.TraceSettings))
            .Describe("readTraceSettings", "Model calls are not traced: enabled is false.")
            .Answers(AbsentJson.Default.TraceSettings);
        routes.MapGet("/api/scheduled-tasks", () => TypedResults.Json(new ScheduledTasks([]), AbsentJson.Default.ScheduledTasks))
            .Describe("listScheduledTasks", "Nothing is scheduled here: always empty.")
            .Answers(AbsentJson.Default.ScheduledTasks);
        routes.MapGet("/api/workflows/session-runs/{id}", (string id) => TypedResults.Json(new WorkflowRuns([]), AbsentJson.Default.WorkflowRuns))
            .Describe("listWorkflowRuns", "There are no workflows here: always empty.")
            .Answers(AbsentJson.Default.WorkflowRuns);
        routes.MapGet("/api/open-targets", ListOpenTargets)
            .Describe("listOpenTargets", "This server opens no programs: targets is always empty. cachedAt is in milliseconds since 1970, ttlMs in milliseconds.")
            .Answers(AbsentJson.Default.OpenTargets);
    }

    internal static IResult ListOpenTargets(TimeProvider time)
    {
        var platform = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return TypedResults.Json(
            new OpenTargets(platform, [], PrimaryTargetId: null, time.GetUtcNow().ToUnixTimeMilliseconds(), TargetsLifetimeMs), AbsentJson.Default.OpenTargets);
    }
}

internal sealed record TraceSettings(bool Enabled, string StorageDir);

internal sealed record ScheduledTasks(IReadOnlyList<string> Tasks);

internal sealed record WorkflowRuns(IReadOnlyList<string> Runs);

/// <param name="Platform"><c>linux</c>, <c>darwin</c> or <c>win32</c>.</param>
/// <param name="Targets">Programs to open a folder with.</param>
/// <param name="PrimaryTargetId">The usual one.</param>
/// <param name="CachedAt">Milliseconds since 1970.</param>
/// <param name="TtlMs">How long a client need not ask again, in milliseconds.</param>
internal sealed record OpenTargets(string Platform, IReadOnlyList<string> Targets, string? PrimaryTargetId, long CachedAt, int TtlMs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TraceSettings))]
[JsonSerializable(typeof(ScheduledTasks))]
[JsonSerializable(typeof(WorkflowRuns))]
[JsonSerializable(typeof(OpenTargets))]
internal sealed partial class AbsentJson : JsonSerializerContext;
