using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>How a turn ended.</summary>
internal sealed record TurnResult(string Subtype, bool IsError, string? Text, int NumTurns = 1)
{
    public static TurnResult Success(string text, int numTurns = 1) => new("success", IsError: false, text, numTurns);

    public JsonObject ToMessage(long milliseconds, double totalCost, TurnUsage usage, string model)
    {
        var message = new JsonObject
        {
            ["type"] = "result",
            ["subtype"] = Subtype,
            ["is_error"] = IsError,
            ["duration_ms"] = milliseconds,
            ["duration_api_ms"] = milliseconds,
            ["num_turns"] = NumTurns,
            ["stop_reason"] = IsError ? null : "end_turn",
            ["total_cost_usd"] = totalCost,
            ["usage"] = (NumTurns == 0 ? new TurnUsage(0, 0, 0) : usage).ToJson(),
            ["modelUsage"] = new JsonObject
            {
                [model] = new JsonObject
                {
                    ["inputTokens"] = usage.InputTokens,
                    ["outputTokens"] = usage.OutputTokens,
                    ["costUSD"] = totalCost,
                    ["contextWindow"] = 200_000,
                },
            },
            ["permission_denials"] = new JsonArray(),
        };
        if (Text is not null)
        {
            message["result"] = Text;
        }
        else
        {
            message["errors"] = new JsonArray();
        }

        return message;
    }
}
