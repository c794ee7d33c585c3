using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Settings;

/// <summary>
/// What a person has chosen for all sessions: <c>settings.json</c> in the agent CLI's config directory, which the CLI reads too. Members that are
/// not known here are kept.
/// </summary>
internal sealed class UserSettings(TranscriptRoot root, TimeProvider time, ILogger<UserSettings> logger)
{
    private readonly SettingsFile _file = new(
        Path.Combine(root.ConfigDirectory, "settings.json"), Path.Combine(root.ConfigDirectory, "sidecar", "settings.lock"), time);

    /// <summary>
    /// What the file says; empty when there is none. One that cannot be used counts as empty as well: a client that cannot read it does not start,
    /// and nobody could mend it there. Changes are refused until then.
    /// </summary>
    public async Task<JsonObject> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _file.ReadAsync(cancellationToken) ?? [];
        }
        catch (ApiErrorException unusable)
        {
            UserSettingsLog.Unusable(logger, unusable.Message);
            return [];
        }
    }

    /// <summary>Replaces the members that are given; one that is null goes.</summary>
    /// <exception cref="ApiErrorException">The file cannot be changed, see <see cref="SettingsFile.ChangeAsync"/>.</exception>
    public Task<JsonObject> MergeAsync(JsonElement members, CancellationToken cancellationToken) => _file.ChangeAsync(
        settings =>
        {
            foreach (var member in members.EnumerateObject())
            {
                Set(settings, member.Name, member.Value.ValueKind == JsonValueKind.Null ? null : JsonNode.Parse(member.Value.GetRawText()));
            }
        },
        cancellationToken);

    /// <summary>Sets some members; one that is null goes.</summary>
    /// <exception cref="ApiErrorException">The file cannot be changed, see <see cref="SettingsFile.ChangeAsync"/>.</exception>
    public Task<JsonObject> SetAsync(CancellationToken cancellationToken, params (string Name, string? Value)[] members) => _file.ChangeAsync(
        settings =>
        {
            foreach (var (name, value) in members)
            {
                Set(settings, name, value is null ? null : JsonValue.Create(value));
            }
        },
        cancellationToken);

    private static void Set(JsonObject settings, string name, JsonNode? value)
    {
        if (value is null)
        {
            settings.Remove(name);
        }
        else
        {
            settings[name] = value;
        }
    }
}

internal static partial class UserSettingsLog
{
    [LoggerMessage(1, LogLevel.Warning, "The user settings count as empty. {Reason}.")]
    public static partial void Unusable(ILogger logger, string reason);
}
