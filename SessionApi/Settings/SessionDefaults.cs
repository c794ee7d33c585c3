using System.Text.Json.Nodes;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Settings;

/// <summary>With what a session begins that says nothing of its own. Null is the agent CLI's own choice.</summary>
/// <param name="PermissionMode">One of <see cref="PermissionModes"/>.</param>
/// <param name="Effort">One of <see cref="EffortLevels"/>.</param>
/// <param name="Model">The model's id. The CLI reads it from the same file, so it is not given to it again.</param>
/// <param name="ModelContext">The size of the model's context window as a client named it, such as <c>1m</c>.</param>
internal sealed record SessionDefaults(string? PermissionMode, string? Effort, string? Model, string? ModelContext)
{
    public const string PermissionModeMember = "defaultMode";
    public const string EffortMember = "effort";
    public const string ModelMember = "model";
    public const string ModelContextMember = "modelContext";

    /// <summary>What the user settings say; a value that is not allowed is none.</summary>
    public static SessionDefaults Of(JsonObject settings)
    {
        // "defaultMode" is what clients set here; the CLI has its own under "permissions".
        var mode = Valid(Text(settings, PermissionModeMember), PermissionModes.All)
            ?? Valid(Text(settings["permissions"] as JsonObject, "defaultMode"), PermissionModes.All);
        return new SessionDefaults(
            mode,
            Valid(Text(settings, EffortMember), EffortLevels.All),
            Text(settings, ModelMember),
            Text(settings, ModelContextMember));
    }

    /// <summary>A text that is there and not blank.</summary>
    public static string? Text(JsonObject? parent, string name) =>
        parent?[name] is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static string? Valid(string? text, IReadOnlyList<string> allowed) => text is not null && allowed.Contains(text) ? text : null;
}
