using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>
/// The tool uses of an agent in the background, which reach the session's own output only as reports:
/// <c>{"type":"system","subtype":"agent_tool_activity","task_id":…,"tool_use_id":…,"activity":{"kind":"tool_use","tool_name":…,"tool_use_id":…,"input":{…}}}</c>,
/// or <c>"activity":{"kind":"tool_result","tool_use_id":…,"content":…,"is_error":…}</c>. The outer <c>tool_use_id</c> is the tool use that
/// started the agent; clients show them below it, like those of an agent that the turn waits for.
/// </summary>
internal static class ToolActivity
{
    public static void Translate(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var scope = new AgentScope(message.Text("tool_use_id"u8) ?? message.Text("parent_tool_use_id"u8));
        var activity = message.Member("activity"u8);
        if (activity.Text("tool_use_id"u8) is not { } id)
        {
            return;
        }

        switch (activity.Text("kind"u8))
        {
            case "tool_use":
                frames.Add(ToolFrames.Complete(scope, id, activity.Text("tool_name"u8) ?? "", activity.Member("input"u8)));
                break;
            case "tool_result":
                frames.Add(ToolFrames.Result(scope, id, activity));
                break;
        }
    }
}
