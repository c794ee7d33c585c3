using System.Text.Json.Nodes;
using Sidecar.SessionApi.Settings;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Preferences;

/// <summary>
/// How a person wants the desktop UI to look: <c>cc-haha/desktop-ui.json</c> in the agent CLI's config directory, which is where UIs that come
/// from elsewhere keep it. What is not known here is kept and given back.
/// </summary>
internal sealed class DesktopPreferences(TranscriptRoot root, TimeProvider time)
{
    public const string Sidebar = "sidebar";
    public const string Profile = "profile";
    public const string Pet = "pet";
    public const string ProjectDisplayNames = "projectDisplayNames";

    private const int SchemaVersion = 5;

    private readonly SettingsFile _file = new(
        Path.Combine(root.ConfigDirectory, "cc-haha", "desktop-ui.json"), Path.Combine(root.ConfigDirectory, "sidecar", "desktop-ui.lock"), time);

    /// <summary>What is wanted, with a default for what nobody has said, and whether anybody has said anything.</summary>
    /// <exception cref="Errors.ApiErrorException">The file cannot be used, see <see cref="SettingsFile.ReadAsync"/>.</exception>
    public async Task<(JsonObject Preferences, bool Exists)> ReadAsync(CancellationToken cancellationToken)
    {
        var stored = await _file.ReadAsync(cancellationToken);
        return (WithDefaults(stored ?? []), stored is not null);
    }

    /// <summary>Replaces members of a section; one that is null goes.</summary>
    /// <exception cref="Errors.ApiErrorException">The file cannot be changed, see <see cref="SettingsFile.ChangeAsync"/>.</exception>
    public async Task<JsonObject> ChangeAsync(string section, IReadOnlyDictionary<string, JsonNode?> members, CancellationToken cancellationToken)
    {
        var changed = await _file.ChangeAsync(
            stored =>
            {
                stored["schemaVersion"] ??= SchemaVersion;
                if (stored[section] is not JsonObject target)
                {
                    stored[section] = target = [];
                }

                foreach (var (name, value) in members)
                {
                    target.Remove(name);
                    if (value is not null)
                    {
                        target[name] = value.DeepClone(); // it may be needed again
                    }
                }
            },
            cancellationToken);
        return WithDefaults(changed);
    }

    private static JsonObject WithDefaults(JsonObject stored)
    {
        var all = Defaults();
        foreach (var (name, value) in stored)
        {
            if (all[name] is not JsonObject section)
            {
                all[name] = value?.DeepClone();
            }
            else if (value is JsonObject chosen)
            {
                foreach (var (member, choice) in chosen)
                {
                    section[member] = choice?.DeepClone();
                }
            }
        }

        return all;
    }

    private static JsonObject Defaults() => new()
    {
        ["schemaVersion"] = SchemaVersion,
        [Sidebar] = new JsonObject
        {
            ["projectOrder"] = new JsonArray(),
            ["pinnedProjects"] = new JsonArray(),
            ["hiddenProjects"] = new JsonArray(),
            ["projectOrganization"] = "recentProject",
            ["projectSortBy"] = "updatedAt",
        },
        [Profile] = new JsonObject
        {
            ["displayName"] = Environment.UserName,
            ["subtitle"] = "",
            ["avatarFile"] = null,
            ["avatarUpdatedAt"] = null,
        },
        [Pet] = new JsonObject
        {
            ["enabled"] = false,
            ["selectedPetId"] = "dada-code",
            ["size"] = 144,
            ["showTaskPanel"] = true,
            ["collapsed"] = false,
            ["motionEnabled"] = true,
            ["lastSessionId"] = null,
        },
        [ProjectDisplayNames] = new JsonObject(),
    };
}
