namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>
/// Appends what a session's agents did with tools. Their ids are put below the tool use that started them, so that two
/// agents never share one: <c>&lt;tool use&gt;/&lt;agent&gt;/&lt;id&gt;</c>.
/// </summary>
internal sealed class SubagentMessages(IReadOnlyList<SubagentTranscript> transcripts, MessageJsonWriter output)
{
    // The limits that clients know. What is beyond them is still in the transcripts.
    private const int MaxDepth = 16;
    private const int MaxTranscripts = 128;
    private const int MaxMessages = 20_000;

    private readonly ILookup<string, SubagentTranscript> _byToolUse = transcripts.ToLookup(transcript => transcript.ToolUseId);
    private readonly HashSet<string> _read = [];
    private int _messages;

    /// <summary>Writes the messages of the agents that these tool uses started, and of the agents that those started.</summary>
    /// <param name="toolUses">The tool uses of the session, in their order.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task WriteAsync(IEnumerable<string> toolUses, CancellationToken cancellationToken)
    {
        var due = new Queue<(string Shown, string ToolUse, int Depth)>(toolUses.Select(id => (id, id, 1)));
        while (due.TryDequeue(out var parent))
        {
            foreach (var transcript in _byToolUse[parent.ToolUse])
            {
                if (parent.Depth > MaxDepth || _read.Count >= MaxTranscripts || _messages >= MaxMessages || !_read.Add(transcript.Path))
                {
                    continue;
                }

                var started = await WriteAsync(transcript, parent.Shown, cancellationToken);
                foreach (var toolUse in started)
                {
                    due.Enqueue(($"{parent.Shown}/{transcript.AgentId}/{toolUse}", toolUse, parent.Depth + 1));
                }
            }
        }
    }

    private async Task<List<string>> WriteAsync(SubagentTranscript transcript, string parentToolUse, CancellationToken cancellationToken)
    {
        var started = new List<string>();
        var parent = new SubagentParent(parentToolUse, transcript.AgentId);
        await TranscriptMessages.ReadAsync(transcript.Path, new FileInfo(transcript.Path).Length, OnMessage, cancellationToken);
        return started;

        ValueTask OnMessage(VisibleMessage message)
        {
            if (message.Kind is not (MessageKind.ToolUse or MessageKind.ToolResult) || _messages >= MaxMessages)
            {
                return default;
            }

            _messages++;
            started.AddRange(message.ToolUseIds(_byToolUse.Contains));
            return output.WriteAsync(message with { Subagent = parent }, cancellationToken);
        }
    }
}

/// <summary>Whose message it is, when it is not the session's own.</summary>
internal sealed record SubagentParent(string ToolUseId, string AgentId)
{
    /// <summary>An id of the agent, as clients see it.</summary>
    public string Below(string id) => $"{ToolUseId}/{AgentId}/{id}";
}
