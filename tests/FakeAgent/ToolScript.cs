using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>One tool call as a prompt describes it: MOCK_TOOL {"tool":"Write","input":{…},"write":{"path":"…","content":"…"}}.</summary>
internal sealed record ToolScript(string Tool, JsonObject Input, string? WritePath, string WriteContent, string? Failure)
{
    public static IReadOnlyList<ToolScript> FindAll(string prompt)
    {
        var start = prompt.IndexOf("MOCK_TOOL", StringComparison.Ordinal);
        if (start < 0)
        {
            return [];
        }

        // Only the first JSON value counts, so that a prompt may go on after it.
        var json = prompt.IndexOfAny(['{', '['], start);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(prompt[Math.Max(json, start)..]));
        return JsonNode.Parse(ref reader) switch
        {
            JsonArray several => [.. several.Select(Read)],
            var one => [Read(one)],
        };
    }

    private static ToolScript Read(JsonNode? json) => new(
        json.Text("tool") ?? "Write",
        json?["input"]?.DeepClone() as JsonObject ?? [],
        json?["write"].Text("path"),
        json?["write"].Text("content") ?? string.Empty,
        json?["fail"]?.ToString());
}
