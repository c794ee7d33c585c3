using System.Globalization;
using System.Text.Json;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Teams;

/// <summary>
/// The tasks of a team, a file each: <c>{"id":…,"subject":…,"description":…,"status":…,"owner"?,"activeForm"?,"blocks":[],"blockedBy":[],"metadata"?}</c>.
/// Those that the CLI keeps for itself (<c>metadata._internal</c>) are left out.
/// </summary>
internal sealed class TeamTasks(TeamFiles files)
{
    /// <summary>Writes them as an array, by number.</summary>
    public async Task WriteAsync(string folder, Utf8JsonWriter json, CancellationToken cancellationToken)
    {
        json.WriteStartArray("tasks"u8);
        foreach (var file in files.Tasks(folder).OrderBy(file => NumberOf(file.Name)))
        {
            using var task = await files.ReadAsync(file, cancellationToken);
            if (task?.RootElement is { ValueKind: JsonValueKind.Object } root && root.Text("id"u8) is { } id && !IsInternal(root))
            {
                Write(json, folder, id, root);
            }
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string folder, string id, JsonElement task)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("subject"u8, task.Text("subject"u8) ?? $"Task #{id}");
        json.WriteString("description"u8, task.Text("description"u8) ?? "");
        json.WriteRawIfAny("activeForm"u8, task.Member("activeForm"u8));
        json.WriteRawIfAny("owner"u8, task.Member("owner"u8));
        json.WriteString("status"u8, task.Text("status"u8) ?? "pending");
        WriteIds(json, "blocks", task.Items("blocks"u8));
        WriteIds(json, "blockedBy", task.Items("blockedBy"u8));
        json.WriteRawIfAny("metadata"u8, task.Member("metadata"u8));
        json.WriteString("taskListId"u8, folder);
        json.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, JsonElement.ArrayEnumerator items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            if (item.Text() is { } id)
            {
                json.WriteStringValue(id);
            }
        }

        json.WriteEndArray();
    }

    private static bool IsInternal(JsonElement task) => task.Member("metadata"u8).Member("_internal"u8).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.False);

    // Others behind them, as their names are sorted already.
    private static long NumberOf(string file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}
