using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>One answer of the model: its stream events, and one assistant message per content block.</summary>
internal sealed class AssistantStream(Turn turn, string? parentToolUseId)
{
    private readonly string _messageId = $"msg_{Guid.NewGuid():N}";
    private readonly System.Text.StringBuilder _text = new();
    private int _block;

    public void Start()
    {
        var message = Message(new JsonArray());
        if (turn.Agent.Settings.NoUuid)
        {
            message.Remove("id");
        }

        var line = Envelope(new JsonObject { ["type"] = "message_start", ["message"] = message });
        if (!turn.Agent.Settings.NoUuid)
        {
            line["user_message_uuid"] = turn.Input.Uuid;
        }

        turn.Agent.Emit(line);
    }

    public async Task ThinkAsync(string thinking)
    {
        OpenBlock(new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" });
        await DeltaAsync(new JsonObject { ["type"] = "thinking_delta", ["thinking"] = thinking });
        await DeltaAsync(new JsonObject { ["type"] = "signature_delta", ["signature"] = "c2lnbmVk" });
        CloseBlock(new JsonObject { ["type"] = "thinking", ["thinking"] = thinking, ["signature"] = "c2lnbmVk" });
    }

    public void OpenText()
    {
        _text.Clear();
        OpenBlock(new JsonObject { ["type"] = "text", ["text"] = "" });
    }

    /// <summary>Streams a piece of text that the assistant message will hold too.</summary>
    public Task TextAsync(string piece)
    {
        _text.Append(piece);
        return DeltaAsync(new JsonObject { ["type"] = "text_delta", ["text"] = piece });
    }

    /// <summary>A text delta as it would be sent, for directives that damage it on its way.</summary>
    public JsonObject UnsentText(string piece)
    {
        var line = Envelope(DeltaEvent(new JsonObject { ["type"] = "text_delta", ["text"] = piece }));
        line["session_id"] = turn.Agent.SessionId;
        line["uuid"] = Guid.NewGuid().ToString();
        return line;
    }

    public string CloseText()
    {
        var text = _text.ToString();
        CloseBlock(new JsonObject { ["type"] = "text", ["text"] = text });
        return text;
    }

    public async Task ToolUseAsync(string id, string tool, JsonObject input)
    {
        var block = new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = tool, ["input"] = new JsonObject() };
        OpenBlock(block);
        var json = input.ToJsonString();
        foreach (var piece in new[] { string.Empty, json[..(json.Length / 2)], json[(json.Length / 2)..] })
        {
            await DeltaAsync(new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece });
        }

        var whole = block.DeepClone().AsObject();
        whole["input"] = input.DeepClone();
        CloseBlock(whole);
    }

    public void Finish(string stopReason)
    {
        Emit(new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = stopReason, ["stop_sequence"] = null },
            ["usage"] = turn.Usage.ToJson(),
        });
        Emit(new JsonObject { ["type"] = "message_stop" });
    }

    private void OpenBlock(JsonObject block) =>
        Emit(new JsonObject { ["type"] = "content_block_start", ["index"] = _block, ["content_block"] = block });

    private Task DeltaAsync(JsonObject delta)
    {
        Emit(DeltaEvent(delta));
        return turn.PauseAsync(turn.Agent.Settings.StreamDelay);
    }

    /// <summary>The assistant message of a block comes before the block's stop, as from the real CLI.</summary>
    private void CloseBlock(JsonObject block)
    {
        var uuid = Guid.NewGuid().ToString();
        var message = Message(new JsonArray(block));
        if (parentToolUseId is null)
        {
            turn.Agent.Lines.Assistant(message, uuid);
        }

        turn.Agent.Emit(new JsonObject
        {
            ["type"] = "assistant",
            ["message"] = message,
            ["parent_tool_use_id"] = parentToolUseId,
            ["uuid"] = uuid,
        });
        Emit(new JsonObject { ["type"] = "content_block_stop", ["index"] = _block++ });
    }

    private JsonObject DeltaEvent(JsonObject delta) =>
        new() { ["type"] = "content_block_delta", ["index"] = _block, ["delta"] = delta };

    private void Emit(JsonObject streamEvent) => turn.Agent.Emit(Envelope(streamEvent));

    private JsonObject Envelope(JsonObject streamEvent) =>
        new() { ["type"] = "stream_event", ["event"] = streamEvent, ["parent_tool_use_id"] = parentToolUseId };

    private JsonObject Message(JsonArray content) => new()
    {
        ["id"] = _messageId,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = turn.Agent.Model,
        ["content"] = content,
        ["stop_reason"] = null,
        ["stop_sequence"] = null,
        ["usage"] = turn.Usage.ToJson(),
    };
}
