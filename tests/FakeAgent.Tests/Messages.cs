using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Short words for what the tests look at.</summary>
internal static class Messages
{
    /// <summary>The type, for stream events the event's type, for system messages the subtype.</summary>
    public static string Kind(this JsonObject message) => (string?)message["type"] switch
    {
        "stream_event" => (string)message["event"]!["type"]!,
        "system" => $"system/{message["subtype"]}",
        var type => type!,
    };

    public static bool IsError(this JsonObject result) => (bool)result["is_error"]!;

    /// <summary>All text deltas joined.</summary>
    public static string StreamedText(this IEnumerable<JsonObject> messages) =>
        string.Concat(messages.Select(StreamedTextOf));

    public static string? StreamedTextOf(this JsonObject message) => (string?)message["event"]?["delta"]?["text"];

    public static JsonObject ToolResult(this IEnumerable<JsonObject> messages) => messages
        .Select(m => (m["message"]?["content"] as JsonArray)?[0] as JsonObject)
        .Single(block => (string?)block?["type"] == "tool_result")!;

    public static IReadOnlyList<JsonObject> ReadTranscript(string configRoot, string sessionId)
    {
        var file = Directory.GetFiles(Path.Combine(configRoot, "projects"), sessionId + ".jsonl", SearchOption.AllDirectories).Single();
        return [.. File.ReadLines(file).Select(line => JsonNode.Parse(line)!.AsObject())];
    }
}
