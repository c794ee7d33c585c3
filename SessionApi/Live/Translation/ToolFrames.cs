using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>The frames of a tool use that is whole, and of what it gave.</summary>
internal static class ToolFrames
{
    public static ReadOnlyMemory<byte> Complete(AgentScope scope, string id, string name, JsonElement input) =>
        Frame.Of("tool_use_complete", (scope, id, name, input), static (json, tool) =>
        {
            json.WriteString("toolName"u8, tool.name);
            tool.scope.WriteToolUseId(json, tool.id);
            json.WriteRawIfAny("input"u8, tool.input);
        });

    /// <param name="scope">The agent that used the tool.</param>
    /// <param name="id">The tool use.</param>
    /// <param name="result">Has <c>content</c> and <c>is_error</c>.</param>
    public static ReadOnlyMemory<byte> Result(AgentScope scope, string id, JsonElement result) =>
        Frame.Of("tool_result", (scope, id, result), static (json, tool) =>
        {
            tool.scope.WriteToolUseId(json, tool.id);
            json.WriteRawIfAny("content"u8, tool.result.Member("content"u8));
            json.WriteBoolean("isError"u8, tool.result.IsTrue("is_error"u8));
        });
}
