using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The kinds of lines a transcript has, with the member order of the real CLI.</summary>
internal sealed class TranscriptLines(Transcript transcript, string sessionId)
{
    public const string Version = "2.1.330";

    public void QueueOperation(string operation, string? content = null)
    {
        var line = new JsonObject
        {
            ["type"] = "queue-operation",
            ["operation"] = operation,
            ["timestamp"] = Now(),
            ["sessionId"] = sessionId,
        };
        if (content is not null)
        {
            line["content"] = content;
        }

        transcript.Append(line);
    }

    public void User(JsonNode message, string uuid, JsonObject? extra = null) => Message("user", message, uuid, extra, typeLast: false);

    /// <summary>An assistant line has its type after the message, which has a type of its own.</summary>
    public void Assistant(JsonNode message, string uuid, JsonObject? extra = null) => Message("assistant", message, uuid, extra, typeLast: true);

    public void System(string subtype, string content, string uuid, JsonObject? extra = null)
    {
        var line = Start();
        line["type"] = "system";
        line["subtype"] = subtype;
        line["content"] = content;
        Finish(line, uuid, extra);
    }

    /// <summary>Lines that are no messages, though one has a "message" with a role in it.</summary>
    public void Noise(string prompt, double cost)
    {
        transcript.Append(new JsonObject
        {
            ["parentUuid"] = transcript.LastUuid,
            ["attachment"] = new JsonObject { ["type"] = "todo_reminder", ["content"] = new JsonArray(), ["itemCount"] = 0 },
            ["type"] = "attachment",
            ["uuid"] = Guid.NewGuid().ToString(),
            ["timestamp"] = Now(),
            ["sessionId"] = sessionId,
        });
        transcript.Append(new JsonObject { ["type"] = "last-prompt", ["lastPrompt"] = prompt, ["sessionId"] = sessionId });
        transcript.Append(new JsonObject { ["type"] = "cost-state", ["totalCostUsd"] = cost, ["sessionId"] = sessionId });
        transcript.Append(new JsonObject
        {
            ["type"] = "api-request-blob",
            ["message"] = new JsonObject { ["role"] = "user", ["content"] = "a copy of what was sent, not a message" },
            ["sessionId"] = sessionId,
        });
    }

    private void Message(string type, JsonNode message, string uuid, JsonObject? extra, bool typeLast)
    {
        var line = Start();
        if (!typeLast)
        {
            line["type"] = type;
        }

        line["message"] = message.DeepClone();
        if (typeLast)
        {
            line["requestId"] = "req_" + uuid[..8];
            line["type"] = type;
        }

        Finish(line, uuid, extra);
    }

    private JsonObject Start() => new() { ["parentUuid"] = transcript.LastUuid, ["isSidechain"] = false };

    private void Finish(JsonObject line, string uuid, JsonObject? extra)
    {
        foreach (var (name, value) in extra ?? [])
        {
            line[name] = value?.DeepClone();
        }

        line["uuid"] = uuid;
        line["timestamp"] = Now();
        line["userType"] = "external";
        line["cwd"] = Environment.CurrentDirectory;
        line["sessionId"] = sessionId;
        line["version"] = Version;
        line["gitBranch"] = string.Empty;
        transcript.AppendMessage(line, uuid);
    }

    public static string Now() =>
        TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null);
}
