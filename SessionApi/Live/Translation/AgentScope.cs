using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>
/// Which agent a message belongs to. Inside a subagent (<c>parent_tool_use_id</c> is set) tool ids are made unique by the id of the tool
/// use that started it: <c>parent/original</c>.
/// </summary>
/// <param name="Parent">The tool use that started the subagent; null for the session's own agent.</param>
internal readonly record struct AgentScope(string? Parent)
{
    public static AgentScope Of(JsonElement message) => new(message.Text("parent_tool_use_id"u8));

    public string ToolUseId(string original) => Parent is null ? original : $"{Parent}/{original}";

    /// <summary>Writes <c>toolUseId</c> and, inside a subagent, where it comes from.</summary>
    public void WriteToolUseId(Utf8JsonWriter json, string original)
    {
        json.WriteString("toolUseId"u8, ToolUseId(original));
        if (Parent is not null)
        {
            json.WriteString("originalToolUseId"u8, original);
            json.WriteString("parentToolUseId"u8, Parent);
        }
    }

    public void WriteParent(Utf8JsonWriter json)
    {
        if (Parent is not null)
        {
            json.WriteString("parentToolUseId"u8, Parent);
        }
    }
}
