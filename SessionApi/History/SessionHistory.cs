using Sidecar.SessionApi.History.Files;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.History;

/// <summary>What a transcript says about its own past: the turns, how entries follow each other, and the states of files.</summary>
internal sealed class SessionHistory(string sessionId)
{
    private readonly List<HistoryTurn> _turns = [];
    private readonly List<(EntryKey Key, long Offset, bool IsSidechain)> _shown = [];
    private readonly ConversationTree _tree = new();

    public string SessionId => sessionId;

    /// <summary>The session that this one was branched from, whose files' states it shares; null for none.</summary>
    public string? OriginId { get; private set; }

    /// <summary>The messages of people, oldest first.</summary>
    public IReadOnlyList<HistoryTurn> Turns => _turns;

    /// <summary>The states of files that were kept before turns.</summary>
    public FileCheckpoints Checkpoints { get; } = new();

    /// <summary>Takes the next entry of the conversation.</summary>
    /// <param name="line">The line that it is in.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="shown">As what it is shown; null when it is not.</param>
    /// <param name="offset">Where the line begins.</param>
    public void Take(ReadOnlySpan<byte> line, in TranscriptLine entry, MessageKind? shown, long offset)
    {
        var parts = HistoryLine.Of(line, in entry);
        var isSidechain = entry.IsSidechain.IsTrue(line);
        var isPrompt = shown == MessageKind.User && !isSidechain;
        _tree.Add(in parts, isPrompt, offset);
        if (isPrompt)
        {
            _turns.Add(new HistoryTurn
            {
                Id = entry.Uuid.Text(line),
                Key = parts.Key,
                Index = _turns.Count,
                Offset = offset,
            });
        }
        else if (shown == MessageKind.ToolUse && _turns.Count > 0)
        {
            AddTools(line, entry.Message, _turns[^1]);
        }

        if (shown is not null && parts.Key is { } key)
        {
            _shown.Add((key, offset, isSidechain));
        }
    }

    /// <summary>Takes where an entry was branched from.</summary>
    public void TakeOrigin(ReadOnlySpan<byte> line, JsonSlice forkedFrom)
    {
        var members = new JsonObjectWalker(line[..(forkedFrom.Start + forkedFrom.Length)], forkedFrom.Start);
        while (members.Next(out var name, out var value))
        {
            if (name.SequenceEqual("sessionId"u8) && value.Text(line) is { } origin && origin != sessionId && SessionIds.IsValid(origin))
            {
                OriginId = origin;
            }
        }
    }

    /// <summary>Where a shown message lies, and whether it is an agent's own; null when there is no such message.</summary>
    public (long Offset, bool IsSidechain)? FindShown(EntryKey key) =>
        _shown.FindIndex(shown => shown.Key == key) is var at and >= 0 ? (_shown[at].Offset, _shown[at].IsSidechain) : null;

    /// <summary>Where the line of an entry begins, shown or not; null when there is no such entry.</summary>
    public long? OffsetOf(EntryKey key) => _tree.OffsetOf(key);

    /// <summary>What a rewinding to a turn takes out of the conversation.</summary>
    public HistoryRemoval RemovalOf(HistoryTurn target)
    {
        var left = target.Key is { } key ? _tree.LeftBefore(key) : [];
        return new HistoryRemoval(
            target.Offset,
            left,
            _shown.Where(shown => shown.Offset >= target.Offset || left.Contains(shown.Key)).Select(shown => shown.Key).ToHashSet());
    }

    private static void AddTools(ReadOnlySpan<byte> line, JsonSlice message, HistoryTurn turn)
    {
        var blocks = new ContentBlocks(line, MessageMembers.Of(line, message).Content);
        while (blocks.Next(out var block))
        {
            if (block.Type.IsText(line, "tool_use"u8) && block.Name.Text(line) is { } name)
            {
                turn.AddTool(name);
            }
        }
    }
}

/// <summary>What a rewinding removes: every entry with a uuid from an offset on, and messages of branches that were left before.</summary>
/// <param name="Offset">Where the target's line begins.</param>
/// <param name="Left">Entries before it that are no part of the conversation.</param>
/// <param name="Shown">The removed entries that are shown messages.</param>
internal sealed record HistoryRemoval(long Offset, IReadOnlySet<EntryKey> Left, IReadOnlySet<EntryKey> Shown)
{
    /// <summary>Whether an entry goes. Lines that are no part of the conversation stay.</summary>
    public bool Removes(in HistoryLine line, long offset) =>
        line.Key is { } key && (offset >= Offset || (line.IsMessage && Left.Contains(key)));
}
