using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>
/// The model's messages. They arrive twice: in pieces (<c>stream_event</c>) and whole (<c>assistant</c>, one for each block, before the
/// end of that block's pieces). Clients get each block once: from its pieces, or whole when there were none.
/// </summary>
internal sealed class ModelOutput
{
    private readonly HashSet<string> _streamedMessages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _completedTools = new(StringComparer.Ordinal);
    private readonly Dictionary<AgentScope, StreamedMessage> _current = [];

    /// <summary>Forgets the messages of a turn that has ended.</summary>
    public void Clear()
    {
        _streamedMessages.Clear();
        _completedTools.Clear();
        _current.Clear();
    }

    public void OnStreamEvent(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var scope = AgentScope.Of(message);
        var streamEvent = message.Member("event"u8);
        switch (streamEvent.Text("type"u8))
        {
            case "message_start":
                OnMessageStart(scope, streamEvent, frames);
                break;
            case "content_block_start":
                OnBlockStart(scope, streamEvent, frames);
                break;
            case "content_block_delta":
                OnBlockDelta(scope, streamEvent, frames);
                break;
            case "content_block_stop":
                OnBlockStop(scope, streamEvent, frames);
                break;
        }
    }

    public void OnAssistant(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var scope = AgentScope.Of(message);
        var content = message.Member("message"u8);
        var wasStreamed = content.Text("id"u8) is { } id && _streamedMessages.Contains(id);
        // A message that was streamed without an id can only be told by its being under way.
        wasStreamed |= _current.TryGetValue(scope, out var current) && current.Id is null && current.HasBlocks;
        foreach (var block in content.Items("content"u8))
        {
            if (block.Is("type"u8, "tool_use"u8))
            {
                OnWholeTool(scope, block, wasStreamed, frames);
            }
            else if (!wasStreamed)
            {
                OnWholeText(scope, block, frames);
            }
        }
    }

    private void OnMessageStart(AgentScope scope, JsonElement streamEvent, List<ReadOnlyMemory<byte>> frames)
    {
        var id = streamEvent.Member("message"u8).Text("id"u8);
        _current[scope] = new StreamedMessage(id);
        if (id is not null)
        {
            _streamedMessages.Add(id);
        }

        if (scope.Parent is null)
        {
            frames.Add(Frame.AttemptStart);
        }
    }

    private void OnBlockStart(AgentScope scope, JsonElement streamEvent, List<ReadOnlyMemory<byte>> frames)
    {
        var current = Join(scope);
        var block = streamEvent.Member("content_block"u8);
        if (block.Is("type"u8, "text"u8))
        {
            frames.Add(TextStart(scope));
        }
        else if (block.Is("type"u8, "tool_use"u8) && block.Text("id"u8) is { } id)
        {
            var tool = new StreamedTool(id, block.Text("name"u8) ?? "");
            current.OpenTools[streamEvent.Number("index"u8) ?? 0] = tool;
            frames.Add(ToolStart(scope, tool.Id, tool.Name));
        }
    }

    /// <summary>The message under way, of which a block has begun; its own beginning may have been missed.</summary>
    private StreamedMessage Join(AgentScope scope)
    {
        if (!_current.TryGetValue(scope, out var current))
        {
            _current[scope] = current = new StreamedMessage(null);
        }

        current.HasBlocks = true;
        return current;
    }

    private void OnBlockDelta(AgentScope scope, JsonElement streamEvent, List<ReadOnlyMemory<byte>> frames)
    {
        var current = Join(scope);
        var delta = streamEvent.Member("delta"u8);
        switch (delta.Text("type"u8))
        {
            case "text_delta":
                frames.Add(Frame.Of("content_delta", delta.Member("text"u8), static (json, text) => json.WriteRawIfAny("text"u8, text)));
                break;
            case "thinking_delta":
                frames.Add(Frame.Of("thinking", delta.Member("thinking"u8), static (json, text) => json.WriteRawIfAny("text"u8, text)));
                break;
            case "input_json_delta":
                if (current.OpenTools.TryGetValue(streamEvent.Number("index"u8) ?? 0, out var tool))
                {
                    tool.AddInput(delta.Text("partial_json"u8) ?? "");
                }

                frames.Add(Frame.Of("content_delta", delta.Member("partial_json"u8), static (json, part) => json.WriteRawIfAny("toolInput"u8, part)));
                break;
        }
    }

    private void OnBlockStop(AgentScope scope, JsonElement streamEvent, List<ReadOnlyMemory<byte>> frames)
    {
        if (_current.TryGetValue(scope, out var current)
            && current.OpenTools.Remove(streamEvent.Number("index"u8) ?? 0, out var tool)
            && tool.ParseInput() is { } input)
        {
            using (input)
            {
                CompleteTool(scope, tool.Id, tool.Name, input.RootElement, frames);
            }
        }
    }

    private void OnWholeTool(AgentScope scope, JsonElement block, bool wasStreamed, List<ReadOnlyMemory<byte>> frames)
    {
        if (block.Text("id"u8) is not { } id || _completedTools.Contains(scope.ToolUseId(id)))
        {
            return;
        }

        var name = block.Text("name"u8) ?? "";
        if (!wasStreamed)
        {
            frames.Add(ToolStart(scope, id, name));
        }

        CompleteTool(scope, id, name, block.Member("input"u8), frames);
    }

    private void CompleteTool(AgentScope scope, string id, string name, JsonElement input, List<ReadOnlyMemory<byte>> frames)
    {
        if (_completedTools.Add(scope.ToolUseId(id)))
        {
            frames.Add(ToolFrames.Complete(scope, id, name, input));
        }
    }

    private static void OnWholeText(AgentScope scope, JsonElement block, List<ReadOnlyMemory<byte>> frames)
    {
        if (block.Is("type"u8, "thinking"u8))
        {
            frames.Add(Frame.Of("thinking", block.Member("thinking"u8), static (json, text) =>
            {
                json.WriteRawIfAny("text"u8, text);
                json.WriteBoolean("complete"u8, true);
            }));
        }
        else if (block.Is("type"u8, "text"u8))
        {
            frames.Add(TextStart(scope));
            frames.Add(Frame.Of("content_delta", block.Member("text"u8), static (json, text) => json.WriteRawIfAny("text"u8, text)));
        }
    }

    private static ReadOnlyMemory<byte> TextStart(AgentScope scope) => Frame.Of("content_start", scope, static (json, from) =>
    {
        json.WriteString("blockType"u8, "text"u8);
        from.WriteParent(json);
    });

    private static ReadOnlyMemory<byte> ToolStart(AgentScope scope, string id, string name) =>
        Frame.Of("content_start", (scope, id, name), static (json, tool) =>
        {
            json.WriteString("blockType"u8, "tool_use"u8);
            json.WriteString("toolName"u8, tool.name);
            tool.scope.WriteToolUseId(json, tool.id);
        });
}
