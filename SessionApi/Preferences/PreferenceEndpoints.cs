using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Preferences;

/// <summary><c>/api/desktop-ui/preferences</c>: how a person wants the desktop UI to look.</summary>
internal static class PreferenceEndpoints
{
    public static void AddPreferences(this WebApplicationBuilder builder) => builder.Services.AddSingleton<DesktopPreferences>();

    public static void MapPreferences(this IEndpointRouteBuilder routes)
    {
        var preferences = routes.MapGroup("/api/desktop-ui/preferences");
        preferences.MapGet("", Read)
            .Describe("readPreferences", "All of them, with a default for what nobody has chosen. exists is false while nobody has chosen anything.")
            .Answers(PreferenceJson.Default.PreferencesStatus)
            .Fails(409);
        preferences.MapGet("/pet", ReadPet)
            .Describe("readPetPreferences", "Only those of the companion on the desktop.")
            .Answers(PreferenceJson.Default.PetStatus)
            .Fails(409);
        preferences.MapPut("/sidebar", (HttpRequest request, DesktopPreferences stored, CancellationToken cancellationToken) =>
                ChangeAsync(DesktopPreferences.Sidebar, request, stored, cancellationToken))
            .DescribeChange("changeSidebarPreferences", "projectOrganization is project, recentProject or time; projectSortBy is createdAt or updatedAt.");
        preferences.MapPut("/profile", (HttpRequest request, DesktopPreferences stored, CancellationToken cancellationToken) =>
                ChangeAsync(DesktopPreferences.Profile, request, stored, cancellationToken))
            .DescribeChange("changeProfilePreferences", "displayName and subtitle have at most 200 characters. A picture is not stored.");
        preferences.MapPut("/pet", (HttpRequest request, DesktopPreferences stored, CancellationToken cancellationToken) =>
                ChangeAsync(DesktopPreferences.Pet, request, stored, cancellationToken))
            .DescribeChange("changePetPreferences", $"size is in pixels and brought into {PreferenceRules.MinPetSize} to {PreferenceRules.MaxPetSize}.");
        preferences.MapPut("/project-display-name", RenameProject)
            .DescribeChange("renameProject", "projectPath is shown as displayName; without one, by its own name again.");
    }

    internal static async Task<IResult> Read(DesktopPreferences stored, CancellationToken cancellationToken)
    {
        var (preferences, exists) = await stored.ReadAsync(cancellationToken);
        return TypedResults.Json(new PreferencesStatus(preferences, exists), PreferenceJson.Default.PreferencesStatus);
    }

    internal static async Task<IResult> ReadPet(DesktopPreferences stored, CancellationToken cancellationToken)
    {
        var (preferences, exists) = await stored.ReadAsync(cancellationToken);
        return TypedResults.Json(new PetStatus(exists, preferences[DesktopPreferences.Pet]), PreferenceJson.Default.PetStatus);
    }

    internal static async Task<IResult> RenameProject(HttpRequest request, DesktopPreferences stored, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        return Changed(await stored.ChangeAsync(
            DesktopPreferences.ProjectDisplayNames, PreferenceRules.CheckProjectName(body.Root), cancellationToken));
    }

    private static async Task<IResult> ChangeAsync(
        string section, HttpRequest request, DesktopPreferences stored, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        return Changed(await stored.ChangeAsync(section, PreferenceRules.Check(section, body.Root), cancellationToken));
    }

    private static JsonHttpResult<PreferencesChanged> Changed(JsonObject preferences) =>
        TypedResults.Json(new PreferencesChanged(Ok: true, preferences), PreferenceJson.Default.PreferencesChanged);

    private static void DescribeChange(this IEndpointConventionBuilder route, string name, string members) => route
        .Describe(name, $"Replaces the members that the body has; the others stay. {members}")
        .Takes(PreferenceJson.Default.JsonObject)
        .Answers(PreferenceJson.Default.PreferencesChanged)
        .Fails(400, 409, 413, 503);
}

internal sealed record PreferencesStatus(JsonObject Preferences, bool Exists);

internal sealed record PetStatus(bool Exists, JsonNode? Pet);

internal sealed record PreferencesChanged(bool Ok, JsonObject Preferences);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(PreferencesStatus))]
[JsonSerializable(typeof(PetStatus))]
[JsonSerializable(typeof(PreferencesChanged))]
internal sealed partial class PreferenceJson : JsonSerializerContext;
