using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Preferences;

/// <summary>What a client may set, and to what. Members that are not known here are kept as they come: newer UIs have more of them.</summary>
internal static class PreferenceRules
{
    public const int MaxNames = 2000;
    public const int MaxTextLength = 4096;
    public const int MinPetSize = 96;
    public const int MaxPetSize = 256;

    private const int MaxNameLength = 200;

    // UIs of several ages call it differently.
    private static readonly string[] ProjectMembers = ["projectPath", "projectKey", "projectId", "project"];

    /// <summary>The members of a body that may be stored.</summary>
    /// <exception cref="ApiErrorException">400: names the member, its value and what is allowed.</exception>
    public static Dictionary<string, JsonNode?> Check(string section, JsonElement body)
    {
        var members = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var member in body.EnumerateObject())
        {
            members[member.Name] = Check(section, member.Name, member.Value);
        }

        return members;
    }

    /// <summary>A project and the name that a person gives it; without one the project's own counts again.</summary>
    /// <exception cref="ApiErrorException">400: names the member and what is allowed.</exception>
    public static Dictionary<string, JsonNode?> CheckProjectName(JsonElement body)
    {
        var project = ProjectMembers
            .Select(name => body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonRequestBody.Text(value) : null)
            .FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
        if (project is null || project.Length > MaxTextLength)
        {
            throw Wrong("projectPath", $"it must be a string of 1 to {MaxTextLength} characters");
        }

        if (!body.TryGetProperty("displayName"u8, out var given) || given.ValueKind == JsonValueKind.Null)
        {
            return new() { [project] = null };
        }

        return new() { [project] = Text("displayName", given, MaxNameLength) is { Length: > 0 } text ? JsonValue.Create(text) : null };
    }

    private static JsonNode? Check(string section, string name, JsonElement value) => (section, name) switch
    {
        (DesktopPreferences.Sidebar, "projectOrder" or "pinnedProjects" or "hiddenProjects" or "pinnedSessions") => Names(name, value),
        (DesktopPreferences.Sidebar, "projectOrganization") => Choice(name, value, "project", "recentProject", "time"),
        (DesktopPreferences.Sidebar, "projectSortBy") => Choice(name, value, "createdAt", "updatedAt"),
        (DesktopPreferences.Profile, "displayName" or "subtitle") => JsonValue.Create(Text(name, value, MaxNameLength)),
        // The picture is not stored here, so nothing may claim that it is.
        (DesktopPreferences.Profile, "avatarFile" or "avatarUpdatedAt") => null,
        (DesktopPreferences.Pet, "enabled" or "showTaskPanel" or "collapsed" or "motionEnabled") => Flag(name, value),
        (DesktopPreferences.Pet, "size") => Size(name, value),
        (DesktopPreferences.Pet, "selectedPetId") => JsonValue.Create(Text(name, value, MaxNameLength)),
        (DesktopPreferences.Pet, "lastSessionId") when value.ValueKind != JsonValueKind.Null => JsonValue.Create(Text(name, value, MaxNameLength)),
        _ => value.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(value.GetRawText()),
    };

    private static JsonArray Names(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MaxNames)
        {
            throw Wrong(name, $"it must be an array of at most {MaxNames} strings");
        }

        return new JsonArray([.. value.EnumerateArray().Select(entry => JsonValue.Create(Text($"{name}[]", entry, MaxTextLength)))]);
    }

    private static JsonValue Choice(string name, JsonElement value, params string[] allowed) =>
        value.ValueKind == JsonValueKind.String && JsonRequestBody.Text(value) is var text && allowed.Contains(text)
            ? JsonValue.Create(text)
            : throw Wrong(name, $"allowed are {string.Join(", ", allowed)}");

    private static JsonValue Flag(string name, JsonElement value) => value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? JsonValue.Create(value.GetBoolean())
        : throw Wrong(name, "it must be true or false");

    // Clients send what the pointer gave them and rely on it to be brought into the range.
    private static JsonValue Size(string name, JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var size)
        ? JsonValue.Create((int)Math.Round(Math.Clamp(size, MinPetSize, MaxPetSize)))
        : throw Wrong(name, $"it must be a number; it is brought into {MinPetSize} to {MaxPetSize} pixels");

    private static string Text(string name, JsonElement value, int maxLength) =>
        value.ValueKind == JsonValueKind.String && JsonRequestBody.Text(value).Trim() is var text && text.Length <= maxLength
            ? text
            : throw Wrong(name, $"it must be a string of at most {maxLength} characters");

    private static ApiErrorException Wrong(string name, string allowed) => new(ApiError.BadRequest($"Invalid {name}: {allowed}"));
}
