using System.Text.Json;

namespace Sidecar.SessionApi.Live;

/// <summary>What an agent does while a turn is open.</summary>
internal enum AgentWork
{
    Thinking,
    Compacting,
    ToolExecuting,
}

internal static class AgentWorks
{
    /// <summary>What the agent does after it has said something; agents that it started do not count.</summary>
    public static AgentWork After(JsonElement message, AgentWork before)
    {
        if (message.Text("parent_tool_use_id"u8) is not null)
        {
            return before;
        }

        switch (message.Text("type"u8))
        {
            case "assistant" when HasTool(message):
                return AgentWork.ToolExecuting;
            case "assistant" or "user" or "stream_event":
                return AgentWork.Thinking;
            case "system" when message.Is("subtype"u8, "status"u8):
                return message.Is("status"u8, "compacting"u8) ? AgentWork.Compacting : before is AgentWork.Compacting ? AgentWork.Thinking : before;
            case "system" when message.Is("subtype"u8, "compact_boundary"u8):
                return AgentWork.Thinking;
            default:
                return before;
        }
    }

    private static bool HasTool(JsonElement message)
    {
        foreach (var block in message.Member("message"u8).Items("content"u8))
        {
            if (block.Is("type"u8, "tool_use"u8))
            {
                return true;
            }
        }

        return false;
    }
}
