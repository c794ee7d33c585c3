using System.Text.Json;

namespace Sidecar.SessionApi.Live.Agents;

/// <summary>The messages that go to the agent's standard input (stream-json).</summary>
internal static class AgentMessages
{
    public static JsonElement User(string uuid, string text, IReadOnlyList<ImageBlock> images) =>
        Build((uuid, text, images), static (json, user) =>
        {
            json.WriteString("type"u8, "user"u8);
            json.WriteString("uuid"u8, user.uuid);
            json.WriteStartObject("message"u8);
            json.WriteString("role"u8, "user"u8);
            json.WriteStartArray("content"u8);
            foreach (var image in user.images)
            {
                image.WriteTo(json);
            }

            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, user.text);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteNull("parent_tool_use_id"u8);
            json.WriteString("session_id"u8, ""u8);
        });

    /// <summary>A control request of ours; <paramref name="members"/> writes what it has beside its subtype.</summary>
    public static JsonElement ControlRequest(string requestId, string subtype, Action<Utf8JsonWriter>? members) =>
        Build((requestId, subtype, members), static (json, request) =>
        {
            json.WriteString("type"u8, "control_request"u8);
            json.WriteString("request_id"u8, request.requestId);
            json.WriteStartObject("request"u8);
            json.WriteString("subtype"u8, request.subtype);
            request.members?.Invoke(json);
            json.WriteEndObject();
        });

    /// <summary>The answer to a permission question; <paramref name="decision"/> writes its members.</summary>
    public static JsonElement ControlSuccess(string requestId, Action<Utf8JsonWriter> decision) =>
        Build((requestId, decision), static (json, answer) =>
        {
            json.WriteString("type"u8, "control_response"u8);
            json.WriteStartObject("response"u8);
            json.WriteString("subtype"u8, "success"u8);
            json.WriteString("request_id"u8, answer.requestId);
            json.WriteStartObject("response"u8);
            answer.decision(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });

    /// <summary>The answer to a control request that we do not know: without it the agent would wait for good.</summary>
    public static JsonElement ControlError(string requestId, string message) =>
        Build((requestId, message), static (json, error) =>
        {
            json.WriteString("type"u8, "control_response"u8);
            json.WriteStartObject("response"u8);
            json.WriteString("subtype"u8, "error"u8);
            json.WriteString("request_id"u8, error.requestId);
            json.WriteString("error"u8, error.message);
            json.WriteEndObject();
        });

    private static JsonElement Build<TState>(TState state, Action<Utf8JsonWriter, TState> members)
    {
        var reader = new Utf8JsonReader(Frame.Object(state, members).Span, new JsonReaderOptions { MaxDepth = Frame.MaxDepth });
        return JsonElement.ParseValue(ref reader);
    }
}
