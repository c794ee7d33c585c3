using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.History;

/// <summary>A session whose turns change files, with the lines and the kept contents that a CLI would have left.</summary>
internal sealed class Conversation(TranscriptHome home, string id = TranscriptHome.Id)
{
    private readonly Dictionary<string, int> _versions = [];
    private readonly Dictionary<string, string?> _kept = []; // path -> backup name
    private string? _last;
    private int _count;

    public List<string> Lines { get; } = [];

    public string Id => id;

    public string Path => home.PathOf(id);

    public string Backups => System.IO.Path.Combine(home.Config, "file-history", id);

    public string Work(string file) => System.IO.Path.Combine(home.WorkDir, file);

    public Conversation Meta()
    {
        Lines.Add(JsonSerializer.Serialize(new { type = "session-meta", isMeta = true, workDir = home.WorkDir }));
        return this;
    }

    /// <summary>A person's message, with the states of all files that are known by then.</summary>
    public string Say(string text)
    {
        var uuid = Uuid();
        foreach (var file in _kept.Keys.ToList())
        {
            Keep(file);
        }

        Lines.Add(JsonSerializer.Serialize(new
        {
            type = "file-history-snapshot",
            messageId = uuid,
            snapshot = new { messageId = uuid, trackedFileBackups = _kept.ToDictionary(kept => kept.Key, kept => Backup(kept.Value)), timestamp = "2026-04-01T10:00:00.000Z" },
            isSnapshotUpdate = false,
        }));
        Lines.Add(Entry("user", uuid, text));
        return uuid;
    }

    /// <summary>The agent writes a file with a tool whose changes are kept; null removes it.</summary>
    public void Write(string turn, string file, string? content, bool asDelta = false)
    {
        if (!_kept.ContainsKey(file))
        {
            Keep(file);
            Lines.Add(asDelta
                ? JsonSerializer.Serialize(new { type = "file-history-delta", messageId = turn, trackingPath = file, backup = Backup(_kept[file]) })
                : JsonSerializer.Serialize(new
                {
                    type = "file-history-snapshot",
                    messageId = Uuid(),
                    snapshot = new { messageId = turn, trackedFileBackups = _kept.ToDictionary(kept => kept.Key, kept => Backup(kept.Value)) },
                    isSnapshotUpdate = true,
                }));
        }

        Use("Write");
        if (content is null)
        {
            File.Delete(Work(file));
        }
        else
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Work(file))!);
            File.WriteAllText(Work(file), content);
        }
    }

    public string Use(string tool)
    {
        var uuid = Uuid();
        Lines.Add(JsonSerializer.Serialize(new
        {
            parentUuid = _last,
            type = "assistant",
            message = new { role = "assistant", content = new[] { new { type = "tool_use", id = $"t{_count}", name = tool, input = new { } } } },
            uuid,
            sessionId = id,
            timestamp = "2026-04-01T10:00:01.000Z",
        }));
        return _last = uuid;
    }

    public string Answer(string text)
    {
        var uuid = Uuid();
        Lines.Add(Entry("assistant", uuid, text));
        return uuid;
    }

    /// <summary>What comes next follows this entry.</summary>
    public void GoTo(string? uuid) => _last = uuid;

    public Conversation Save()
    {
        home.Write(id, [.. Lines]);
        return this;
    }

    private string Entry(string type, string uuid, string text)
    {
        var line = JsonSerializer.Serialize(new
        {
            parentUuid = _last,
            type,
            message = new { role = type, content = text },
            uuid,
            sessionId = id,
            timestamp = $"2026-04-01T10:{_count:00}:00.000Z",
        });
        _last = uuid;
        return line;
    }

    private string Uuid() => $"0000{++_count:0000}-0000-4000-8000-000000000000";

    private void Keep(string file)
    {
        if (!File.Exists(Work(file)))
        {
            _kept[file] = null;
            return;
        }

        Directory.CreateDirectory(Backups);
        var version = _versions[file] = _versions.GetValueOrDefault(file) + 1;
        var name = $"{Math.Abs(file.GetHashCode(StringComparison.Ordinal)):x}@v{version}";
        File.Copy(Work(file), System.IO.Path.Combine(Backups, name));
        _kept[file] = name;
    }

    private static object Backup(string? name) => new { backupFileName = name, version = 1, backupTime = "2026-04-01T10:00:00.000Z" };
}

internal static class HistoryRequests
{
    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, string json) =>
        client.PostAsync(new Uri(path, UriKind.Relative), HttpAnswers.Json(json));

    public static async Task<JsonElement> PostJsonAsync(this HttpClient client, string path, string json, int status = 200)
    {
        using var answer = await client.PostAsync(path, json);
        Assert.True(status == (int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    /// <summary>The ids of the messages that are shown.</summary>
    public static async Task<IReadOnlyList<string>> MessageIdsAsync(this HttpClient client, string sessionId)
    {
        var answer = await client.GetJsonAsync($"/api/sessions/{sessionId}/messages");
        return [.. answer.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("id").GetString()!)];
    }
}
