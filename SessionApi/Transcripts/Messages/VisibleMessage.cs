namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>A transcript entry that a client shows, as slices of its line. Valid until the reader goes on.</summary>
internal readonly record struct VisibleMessage
{
    /// <summary>The text that the slices point into.</summary>
    public required ReadOnlyMemory<byte> Line { get; init; }

    public required TranscriptLine Entry { get; init; }

    public required MessageMembers Message { get; init; }

    public required MessageKind Kind { get; init; }

    /// <summary>The tool use that a sidechain entry belongs to, when its line does not say so itself.</summary>
    public string? ParentToolUseId { get; init; }

    /// <summary>The agent whose message it is; null for the session's own.</summary>
    public SubagentParent? Subagent { get; init; }

    /// <summary>The ids of the tool uses in the message that are wanted.</summary>
    public IReadOnlyList<string> ToolUseIds(Func<string, bool> isWanted)
    {
        if (Kind != MessageKind.ToolUse)
        {
            return [];
        }

        var ids = new List<string>();
        var blocks = new ContentBlocks(Line.Span, Message.Content);
        while (blocks.Next(out var block))
        {
            if (block.Type.IsText(Line.Span, "tool_use"u8) && block.Id.Text(Line.Span) is { } id && isWanted(id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}

/// <summary>The <c>type</c> that clients know a message by.</summary>
internal enum MessageKind
{
    User,
    Assistant,
    System,
    ToolUse,
    ToolResult,
}
