namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>
/// Finds the tool use that started a sidechain: up the <c>parentUuid</c> links to an assistant entry with an <c>Agent</c> or
/// <c>Task</c> block. Parents come before their children, so one look at the parent is enough; a broken chain has no answer.
/// </summary>
internal sealed class SidechainParents
{
    private readonly Dictionary<string, string> _toolUseByUuid = [];

    /// <summary>Takes the next entry; returns the tool use it belongs to if it is part of a sidechain.</summary>
    public string? Follow(ReadOnlySpan<byte> line, in TranscriptLine entry, JsonSlice content)
    {
        string? found = null;
        if (entry.IsSidechain.IsTrue(line) && entry.ParentUuid.Text(line) is { } parent && _toolUseByUuid.TryGetValue(parent, out found))
        {
            Remember(line, in entry, found);
        }

        if (entry.Type.IsText(line, "assistant"u8) && AgentToolUse(line, content) is { } started)
        {
            Remember(line, in entry, started);
        }

        return found;
    }

    private void Remember(ReadOnlySpan<byte> line, in TranscriptLine entry, string toolUseId)
    {
        if (entry.Uuid.Text(line) is { } uuid)
        {
            _toolUseByUuid[uuid] = toolUseId;
        }
    }

    private static string? AgentToolUse(ReadOnlySpan<byte> line, JsonSlice content)
    {
        var blocks = new ContentBlocks(line, content);
        while (blocks.Next(out var block))
        {
            if (block.Type.IsText(line, "tool_use"u8) && (block.Name.IsText(line, "Agent"u8) || block.Name.IsText(line, "Task"u8)))
            {
                return block.Id.Text(line);
            }
        }

        return null;
    }
}
