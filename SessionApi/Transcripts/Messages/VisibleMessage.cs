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
