using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>The agent's <c>user</c> messages: results of tools, and our own messages repeated as the proof that they were taken.</summary>
internal static class UserMessages
{
    // What the CLI puts into a user message that no person wrote.
    private static readonly string[] MachineText = ["<command-name>", "<command-message>", "<local-command", "<task-notification>"];

    // How the CLI begins the message in which a new context is told of the old one.
    private const string SummaryStart = "This session is being continued from a previous conversation that ran out of context.";

    public static void Translate(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        if (SummaryOf(message) is { } summary)
        {
            frames.Add(Frame.SystemNotification("compact_summary", summary));
        }
        else if (message.IsTrue("isReplay"u8))
        {
            OnReplay(message, frames);
        }
        else
        {
            TranslateToolResults(message, frames);
        }
    }

    public static void TranslateToolResults(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var scope = AgentScope.Of(message);
        foreach (var block in message.Member("message"u8).Items("content"u8))
        {
            if (block.Is("type"u8, "tool_result"u8) && block.Text("tool_use_id"u8) is { } id)
            {
                frames.Add(ToolFrames.Result(scope, id, block));
            }
        }
    }

    private static void OnReplay(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        if (message.IsTrue("isMeta"u8) || Text(message.Member("message"u8)) is not { Length: > 0 } text)
        {
            return;
        }

        var trimmed = text.AsSpan().TrimStart();
        foreach (var start in MachineText)
        {
            if (trimmed.StartsWith(start, StringComparison.Ordinal))
            {
                return;
            }
        }

        frames.Add(Frame.Of("user_message_replay", text, static (json, content) => json.WriteString("content"u8, content)));
    }

    private static string? SummaryOf(JsonElement message) =>
        AgentScope.Of(message).Parent is null && Text(message.Member("message"u8)) is { Length: > 0 } text
        && (message.IsTrue("isCompactSummary"u8) || text.AsSpan().TrimStart().StartsWith(SummaryStart, StringComparison.Ordinal))
            ? text
            : null;

    /// <summary>The text of a message; null when it holds results of tools.</summary>
    public static string? Text(JsonElement message)
    {
        if (message.Text("content"u8) is { } text)
        {
            return text;
        }

        var parts = new List<string>();
        foreach (var block in message.Items("content"u8))
        {
            if (block.Is("type"u8, "tool_result"u8))
            {
                return null;
            }

            if (block.Is("type"u8, "text"u8) && block.Text("text"u8) is { } part)
            {
                parts.Add(part);
            }
        }

        return string.Join('\n', parts);
    }
}
