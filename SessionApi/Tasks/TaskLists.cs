using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Tasks;

/// <summary>
/// The to-do lists of agents. The CLI keeps one in <c>tasks/&lt;list&gt;/&lt;number&gt;.json</c> of its config directory, an object each with
/// <c>id</c>, <c>subject</c>, <c>status</c> and more; the list's name is the session's id, or a team's. Read when asked for.
/// </summary>
internal sealed class TaskLists(TranscriptRoot root)
{
    /// <summary>How many tasks of a list are read.</summary>
    public const int MaxTasks = 1000;

    private const int MaxTaskBytes = 256 * 1024;
    private const string Completed = "completed";

    /// <summary>The tasks by number, as the CLI wrote them; empty when there is no such list. What is being written right now is left out.</summary>
    public async Task<JsonArray> ReadAsync(string listId, CancellationToken cancellationToken)
    {
        var tasks = new List<(int Number, string Name, JsonObject Task)>();
        foreach (var path in Files(listId))
        {
            if (await ReadTaskAsync(path, cancellationToken) is { } task)
            {
                var name = Path.GetFileNameWithoutExtension(path);
                task["taskListId"] = listId;
                tasks.Add((int.TryParse(name, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue, name, task));
            }
        }

        return new JsonArray([.. tasks.OrderBy(task => task.Number).ThenBy(task => task.Name, StringComparer.Ordinal).Select(task => task.Task)]);
    }

    /// <summary>Empties a list whose tasks are all completed.</summary>
    /// <returns>False, and nothing is done, when one of them is not.</returns>
    public async Task<bool> ResetAsync(string listId, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var path in Files(listId))
        {
            if (await ReadTaskAsync(path, cancellationToken) is not { } task
                || task["status"] is not JsonValue status || !status.TryGetValue<string>(out var text) || text != Completed)
            {
                return false;
            }

            done.Add(path);
        }

        foreach (var path in done)
        {
            File.Delete(path);
        }

        return true;
    }

    private List<string> Files(string listId)
    {
        try
        {
            var folder = new DirectoryInfo(Path.Combine(root.ConfigDirectory, "tasks", listId));
            return !folder.Exists || folder.LinkTarget is not null
                ? []
                : [.. folder.EnumerateFiles("*.json").Where(file => file.LinkTarget is null && file.Name[0] != '.').Take(MaxTasks).Select(file => file.FullName)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return []; // it went in this moment, or is not ours
        }
    }

    private static async Task<JsonObject?> ReadTaskAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return new FileInfo(path) is { Length: > 0 and <= MaxTaskBytes }
                ? JsonNode.Parse(await File.ReadAllBytesAsync(path, cancellationToken), documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
