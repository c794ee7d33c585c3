using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The provider refuses: a made-up assistant message, then an error result or the end.</summary>
internal static class ApiError
{
    private const string Text = "Prompt is too long";

    public static async Task<TurnResult> GiveAsync(Turn turn, bool thenExit)
    {
        var uuid = Guid.NewGuid().ToString();
        var message = new JsonObject
        {
            ["id"] = Guid.NewGuid().ToString(),
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = "<synthetic>",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Text }),
            ["stop_reason"] = "stop_sequence",
        };
        var kind = new JsonObject { ["error"] = "invalid_request", ["isApiErrorMessage"] = true };
        turn.Agent.Lines.Assistant(message, uuid, kind);
        turn.Agent.Emit(new JsonObject
        {
            ["type"] = "assistant",
            ["message"] = message,
            ["parent_tool_use_id"] = null,
            ["error"] = "invalid_request",
            ["isApiErrorMessage"] = true,
            ["uuid"] = uuid,
        });
        if (thenExit)
        {
            await turn.Agent.Output.FlushAsync();
            Exits.Crash(1, Text);
        }

        return new TurnResult("success", IsError: true, Text);
    }
}
