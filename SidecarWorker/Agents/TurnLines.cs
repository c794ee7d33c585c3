using System.Text.Json;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// What the agent is about, read from the messages that pass: only their kind is decoded, their content stays bytes. Not for concurrent use.
/// <code>
/// {"type":"assistant","message":{…{"type":"tool_use",…}…}}
/// {"type":"control_request","request_id":"…","request":{"subtype":"can_use_tool",…}}
/// {"type":"system","subtype":"task_started","task_id":"…",…}
/// </code>
/// </summary>
internal sealed class TurnLines
{
    // A CLI has a handful of open questions and tasks at a time; the caps only bound one that never closes any.
    private const int MaxOpen = 1024;

    private readonly HashSet<string> _questions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tasks = new(StringComparer.Ordinal);
    private int _tools;

    /// <summary>A turn goes on.</summary>
    public bool IsTurn { get; private set; }

    /// <summary>A turn or a task in the background goes on.</summary>
    public bool IsWorking => IsTurn || _tasks.Count > 0;

    /// <summary>A person must answer first.</summary>
    public bool IsWaiting => _questions.Count > 0;

    /// <summary>At least one tool was called and has not reported.</summary>
    public bool RunsTool => _tools > 0;

    public void OnInput(AgentInputTaken input)
    {
        if (input.Type == "user")
        {
            IsTurn = true;
        }
        else if (input is { Type: "control_response", RequestId: { } answered })
        {
            _questions.Remove(answered);
        }
    }

    public void OnMessage(in MessageHead head, ReadOnlySpan<byte> message)
    {
        switch (head.Type)
        {
            case "assistant" or "user" or "stream_event" when head.ParentToolUseId is not null:
                break; // a subagent's, which may go on in the background after its turn
            case "result":
                IsTurn = false;
                _tools = 0;
                _questions.Clear();
                break;
            case "assistant":
                IsTurn = true;
                _tools += message.Count("\"type\":\"tool_use\""u8);
                break;
            case "user":
                IsTurn = true;
                _tools = Math.Max(0, _tools - message.Count("\"type\":\"tool_result\""u8));
                break;
            case "stream_event":
                IsTurn = true;
                break;
            case "control_request" when head is { Subtype: "can_use_tool", RequestId: { } asked } && _questions.Count < MaxOpen:
                _questions.Add(asked);
                break;
            case "control_cancel_request" when head.RequestId is { } withdrawn:
                _questions.Remove(withdrawn);
                break;
            case "system" when head is { Subtype: "task_started", TaskId: { } begun } && _tasks.Count < MaxOpen:
                _tasks.Add(begun);
                break;
            case "system" when head is { Subtype: "task_notification", TaskId: { } ended }:
                _tasks.Remove(ended);
                break;
        }
    }
}

/// <summary>The members of a message by which its kind is known, and its uuid. Only its own: what it holds has members of the same names.</summary>
internal readonly record struct MessageHead(
    string? Type, string? Subtype, string? RequestId, string? TaskId, string? ParentToolUseId, string? Uuid)
{
    /// <summary>Reads a JSON object; what is not there, or is no text, is null.</summary>
    public static MessageHead Read(ReadOnlySpan<byte> message)
    {
        var head = default(MessageHead);
        var reader = new Utf8JsonReader(message, new JsonReaderOptions { MaxDepth = 1024 });
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                head = reader.ValueTextEquals("type"u8) ? head with { Type = Text(ref reader) }
                    : reader.ValueTextEquals("subtype"u8) ? head with { Subtype = Text(ref reader) }
                    : reader.ValueTextEquals("request_id"u8) ? head with { RequestId = Text(ref reader) }
                    : reader.ValueTextEquals("task_id"u8) ? head with { TaskId = Text(ref reader) }
                    : reader.ValueTextEquals("uuid"u8) ? head with { Uuid = Text(ref reader) }
                    : reader.ValueTextEquals("parent_tool_use_id"u8) ? head with { ParentToolUseId = Text(ref reader) }
                    : reader.ValueTextEquals("request"u8) ? head with { Subtype = Nested(ref reader) }
                    : Skipped(ref reader, head);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Too deep, or a text that is no Unicode: its kind is what was read so far.
        }

        return head;
    }

    private static MessageHead Skipped(ref Utf8JsonReader reader, MessageHead head)
    {
        reader.Skip();
        return head;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    private static string? Nested(ref Utf8JsonReader reader)
    {
        string? subtype = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("subtype"u8))
            {
                subtype = Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return subtype;
    }
}
