using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Settings;

/// <summary><c>/api/settings/user</c> and <c>/api/permissions/mode</c>: what a person has chosen for all sessions.</summary>
internal static class SettingsEndpoints
{
    // The CLI's own name for it.
    private const string DefaultMode = "default";

    public static void AddSettings(this WebApplicationBuilder builder) => builder.Services.AddSingleton<UserSettings>();

    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/settings/user", Read)
            .Describe("readUserSettings", "What settings.json of the agent CLI says; an empty object when there is none or it cannot be used.")
            .Answers(SettingsJson.Default.JsonObject);
        routes.MapPut("/api/settings/user", Merge)
            .Describe("changeUserSettings", "Replaces the members of settings.json that the body has; a member that is null goes, the others stay.")
            .Takes(SettingsJson.Default.JsonObject)
            .Answers(SettingsJson.Default.SettingsChanged)
            .Fails(400, 409, 413, 503);
        routes.MapGet("/api/permissions/mode", ReadMode)
            .Describe("readPermissionMode", "The permission mode of sessions that say nothing of their own.")
            .Answers(SettingsJson.Default.PermissionModeStatus);
        routes.MapPut("/api/permissions/mode", ChangeMode)
            .Describe("changePermissionMode", $"Sets it, to one of {string.Join(", ", PermissionModes.All)}.")
            .Takes(SettingsJson.Default.PermissionModeStatus)
            .Answers(SettingsJson.Default.PermissionModeChanged)
            .Fails(400, 409, 413, 503);
    }

    internal static async Task<IResult> Read(UserSettings settings, CancellationToken cancellationToken) =>
        TypedResults.Json(await settings.ReadAsync(cancellationToken), SettingsJson.Default.JsonObject);

    internal static async Task<IResult> Merge(HttpRequest request, UserSettings settings, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (Problem(body.Root) is { } problem)
        {
            return problem;
        }

        await settings.MergeAsync(body.Root, cancellationToken);
        return TypedResults.Json(new SettingsChanged(Ok: true), SettingsJson.Default.SettingsChanged);
    }

    internal static async Task<IResult> ReadMode(UserSettings settings, CancellationToken cancellationToken)
    {
        var defaults = SessionDefaults.Of(await settings.ReadAsync(cancellationToken));
        return TypedResults.Json(new PermissionModeStatus(defaults.PermissionMode ?? DefaultMode), SettingsJson.Default.PermissionModeStatus);
    }

    internal static async Task<IResult> ChangeMode(HttpRequest request, UserSettings settings, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (Choice(body.Root, "mode", PermissionModes.All, out var mode) is { } problem)
        {
            return problem;
        }

        await settings.SetAsync(cancellationToken, (SessionDefaults.PermissionModeMember, mode));
        return TypedResults.Json(new PermissionModeChanged(Ok: true, mode), SettingsJson.Default.PermissionModeChanged);
    }

    /// <summary>Reads a member of a body that must be one of some texts.</summary>
    internal static ApiError? Choice(JsonElement body, string name, IReadOnlyList<string> allowed, out string value)
    {
        value = body.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? JsonRequestBody.Text(member) : "";
        return allowed.Contains(value)
            ? null
            : ApiError.BadRequest($"Invalid {name}: {Shown(member)}; allowed are {string.Join(", ", allowed)}");
    }

    // What sessions are started with must stay usable; everything else in the file is the CLI's to judge.
    private static ApiError? Problem(JsonElement body)
    {
        foreach (var (name, allowed) in new[]
        {
            (SessionDefaults.PermissionModeMember, PermissionModes.All), (SessionDefaults.EffortMember, EffortLevels.All),
        })
        {
            if (body.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null && Choice(body, name, allowed, out _) is { } problem)
            {
                return problem;
            }
        }

        return body.TryGetProperty(SessionDefaults.ModelMember, out var model) && model.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)
            ? ApiError.BadRequest($"Invalid {SessionDefaults.ModelMember}: {Shown(model)}; it must be a string or null")
            : null;
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "it is missing",
        JsonValueKind.String => $"\"{JsonRequestBody.Text(value)}\"",
        _ => value.ValueKind.ToString(),
    };
}

/// <param name="Mode">One of the permission modes.</param>
internal sealed record PermissionModeStatus(string Mode);

internal sealed record PermissionModeChanged(bool Ok, string Mode);

internal sealed record SettingsChanged(bool Ok);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(SettingsChanged))]
[JsonSerializable(typeof(PermissionModeStatus))]
[JsonSerializable(typeof(PermissionModeChanged))]
internal sealed partial class SettingsJson : JsonSerializerContext;
