namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>What one entry is by itself, whatever came before it.</summary>
/// <param name="Kind">What it is shown as; null when it is not shown.</param>
/// <param name="Speaker">What it means for the entries behind it.</param>
internal readonly record struct MessageJudgement(MessageKind? Kind, MessageSpeaker Speaker)
{
    /// <summary>Judges an entry. The content of a <c>/goal</c> command is set, for it lies elsewhere.</summary>
    public static MessageJudgement Of(ReadOnlySpan<byte> line, in TranscriptLine entry, ref MessageMembers message)
    {
        if (entry.IsMeta.IsTrue(line))
        {
            return default;
        }

        var isUser = entry.Type.IsText(line, "user"u8);
        var isSystem = entry.Type.IsText(line, "system"u8);
        if (isSystem && IsGoalCommand(line, entry.Content))
        {
            message.Content = entry.Content;
            return new MessageJudgement(MessageKind.System, MessageSpeaker.Command);
        }

        if (!message.Role.IsText(line) || !(isUser || isSystem || entry.Type.IsText(line, "assistant"u8)))
        {
            return default;
        }

        if (isUser && OnlyText(line, message.Content) is { } prompt)
        {
            return OfPrompt(prompt);
        }

        return !isUser && IsSilence(line, message.Content) ? default : new MessageJudgement(KindOf(line, in message), MessageSpeaker.Agent);
    }

    private static MessageJudgement OfPrompt(string prompt)
    {
        var trimmed = prompt.AsSpan().Trim();
        if (trimmed is "[Request interrupted by user]" or "[Request interrupted by user for tool use]")
        {
            return default;
        }

        if (trimmed.StartsWith("<task-notification>") && trimmed.EndsWith("</task-notification>"))
        {
            return new MessageJudgement(null, MessageSpeaker.Notification);
        }

        if (TitleText.IsGoal(prompt))
        {
            return new MessageJudgement(MessageKind.System, MessageSpeaker.Command);
        }

        var isCommandMetadata = trimmed.StartsWith("<command-") || trimmed.StartsWith("<local-command-");
        return isCommandMetadata && string.IsNullOrWhiteSpace(TitleText.WithoutTaggedBlocks(prompt))
            ? default
            : new MessageJudgement(MessageKind.User, MessageSpeaker.Person);
    }

    /// <summary>The text of content that is nothing but text; null when there are blocks of other kinds.</summary>
    public static string? OnlyText(ReadOnlySpan<byte> line, JsonSlice content)
    {
        if (content.IsPresent && line[content.Start] == '"')
        {
            return content.Text(line);
        }

        var text = "";
        var any = false;
        var blocks = new ContentBlocks(line, content);
        while (blocks.Next(out var block))
        {
            if (!block.Type.IsText(line, "text"u8))
            {
                return null;
            }

            any = true;
            text += block.Text.Text(line);
        }

        return any ? text : null;
    }

    private static MessageKind KindOf(ReadOnlySpan<byte> line, in MessageMembers message)
    {
        if (message.Role.IsText(line, "user"u8))
        {
            return Has(line, message.Content, "tool_result"u8) ? MessageKind.ToolResult : MessageKind.User;
        }

        if (message.Role.IsText(line, "assistant"u8))
        {
            return Has(line, message.Content, "tool_use"u8) ? MessageKind.ToolUse : MessageKind.Assistant;
        }

        return MessageKind.System;
    }

    private static bool Has(ReadOnlySpan<byte> line, JsonSlice content, ReadOnlySpan<byte> blockType)
    {
        var blocks = new ContentBlocks(line, content);
        while (blocks.Next(out var block))
        {
            if (block.Type.IsText(line, blockType))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSilence(ReadOnlySpan<byte> line, JsonSlice content) =>
        content.In(line).IndexOf("No response requested."u8) >= 0 && OnlyText(line, content)?.Trim() == "No response requested.";

    private static bool IsGoalCommand(ReadOnlySpan<byte> line, JsonSlice content) =>
        content.IsText(line) && content.In(line).IndexOf("/goal"u8) >= 0
        && TitleText.IsGoal(JsonText.DecodeStart(content.In(line), TitleText.MaxPromptBytes));
}

/// <summary>Who speaks in an entry.</summary>
internal enum MessageSpeaker
{
    /// <summary>Nobody: nothing changes.</summary>
    None,

    /// <summary>A person. What follows is shown.</summary>
    Person,

    /// <summary>A person, to the program. Shown, but nothing changes.</summary>
    Command,

    /// <summary>A background task that has ended. What follows is the agent talking to itself, until a person speaks again.</summary>
    Notification,

    /// <summary>The agent or a tool: not shown behind a notification.</summary>
    Agent,
}
