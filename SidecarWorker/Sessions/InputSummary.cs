using System.Text.Json;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// What the event stream keeps of an input message: who it was, not what it said. A user message can carry megabytes of images, and
/// a reader that rebuilds its state needs only to know what was asked and answered.
/// </summary>
internal static class InputSummary
{
    // {"type":"user","uuid":"…","message":{…}}
    // {"type":"control_request","request_id":"…","request":{"subtype":"interrupt"}}
    // {"type":"control_response","response":{"subtype":"success","request_id":"…","response":{…}}}
    public static AgentInputTaken Of(AgentInput input)
    {
        var message = input.Message;
        var answered = Member(message, "response");
        return new AgentInputTaken(
            input.MessageId,
            Text(message, "type"),
            Text(message, "uuid"),
            Text(message, "request_id") ?? Text(answered, "request_id"),
            Text(Member(message, "request"), "subtype"),
            input.ClientId);
    }

    private static JsonElement Member(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement owner, string name) =>
        Member(owner, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
