using System.Text.Json;
using Sidecar.SessionApi.Live;

namespace Sidecar.SessionApi.Inspection;

/// <summary>What an agent says of its context, completed by what clients read without looking whether it is there.</summary>
internal static class ContextView
{
    private static readonly string[] Lists = ["categories", "gridRows", "memoryFiles", "mcpTools", "agents"];

    public static JsonElement Of(JsonElement said) => JsonMembers.With(said, json =>
    {
        foreach (var list in Lists.Where(list => !said.TryGetProperty(list, out _)))
        {
            json.WriteStartArray(list);
            json.WriteEndArray();
        }

        if (said.Number("rawMaxTokens"u8) is null && said.Number("maxTokens"u8) is { } max)
        {
            json.WriteNumber("rawMaxTokens"u8, max);
        }
    });
}
