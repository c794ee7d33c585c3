namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>
/// Decides, line after line, which entries of a transcript are messages that a client shows. Keeps what later lines depend
/// on: the notifications of background tasks, and which sidechain belongs to which tool use.
/// </summary>
internal sealed class MessageFilter
{
    private readonly SidechainParents _sidechains = new();
    private bool _isAfterNotification;

    public TaskNotifications Notifications { get; } = new();

    /// <summary>Whether the entry is shown, and as what.</summary>
    public bool TryAccept(ReadOnlyMemory<byte> line, in TranscriptLine entry, out VisibleMessage message)
    {
        message = default;
        var text = line.Span;
        if (entry.Type.IsText(text, "cc-haha-task-notification"u8))
        {
            Notifications.AddRecorded(text, in entry);
            return false;
        }

        var members = MessageMembers.Of(text, entry.Message);
        var parentToolUseId = _sidechains.Follow(text, in entry, members.Content);
        if (Classify(text, in entry, ref members) is not { } kind)
        {
            return false;
        }

        message = new VisibleMessage { Line = line, Entry = entry, Message = members, Kind = kind, ParentToolUseId = parentToolUseId };
        return true;
    }

    private MessageKind? Classify(ReadOnlySpan<byte> line, in TranscriptLine entry, ref MessageMembers message)
    {
        if (entry.IsMeta.IsTrue(line))
        {
            return null;
        }

        var isUser = entry.Type.IsText(line, "user"u8);
        var isSystem = entry.Type.IsText(line, "system"u8);
        if (isSystem && IsGoalCommand(line, entry.Content))
        {
            message.Content = entry.Content;
            return MessageKind.System;
        }

        if (!message.Role.IsText(line) || !(isUser || isSystem || entry.Type.IsText(line, "assistant"u8)))
        {
            return null;
        }

        if (isUser && OnlyText(line, message.Content) is { } prompt)
        {
            return ClassifyPrompt(line, in entry, prompt);
        }

        if (_isAfterNotification || (!isUser && IsSilence(line, message.Content)))
        {
            return null;
        }

        return KindOf(line, in message);
    }

    private MessageKind? ClassifyPrompt(ReadOnlySpan<byte> line, in TranscriptLine entry, string prompt)
    {
        var trimmed = prompt.AsSpan().Trim();
        if (trimmed is "[Request interrupted by user]" or "[Request interrupted by user for tool use]")
        {
            return null;
        }

        if (trimmed.StartsWith("<task-notification>") && trimmed.EndsWith("</task-notification>"))
        {
            // What follows is the agent talking to itself about the task, until a person speaks again.
            _isAfterNotification = true;
            Notifications.AddBlock(line, in entry, prompt);
            return null;
        }

        if (TitleText.IsGoal(prompt))
        {
            return MessageKind.System;
        }

        var isCommandMetadata = trimmed.StartsWith("<command-") || trimmed.StartsWith("<local-command-");
        if (isCommandMetadata && string.IsNullOrWhiteSpace(TitleText.WithoutTaggedBlocks(prompt)))
        {
            return null;
        }

        _isAfterNotification = false;
        return MessageKind.User;
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

    // The text of content that is nothing but text; null when there are blocks of other kinds.
    private static string? OnlyText(ReadOnlySpan<byte> line, JsonSlice content)
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

    private static bool IsSilence(ReadOnlySpan<byte> line, JsonSlice content) =>
        content.In(line).IndexOf("No response requested."u8) >= 0 && OnlyText(line, content)?.Trim() == "No response requested.";

    private static bool IsGoalCommand(ReadOnlySpan<byte> line, JsonSlice content) =>
        content.IsText(line) && content.In(line).IndexOf("/goal"u8) >= 0
        && TitleText.IsGoal(JsonText.DecodeStart(content.In(line), TitleText.MaxPromptBytes));
}
