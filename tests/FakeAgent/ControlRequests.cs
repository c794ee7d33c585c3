using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Answers the questions and orders that arrive beside the conversation.</summary>
internal sealed class ControlRequests(Agent agent)
{
    public void Answer(JsonObject message)
    {
        if (agent.CurrentTurn is { AnswersNothing: true })
        {
            return;
        }

        var id = message.Text("request_id") ?? string.Empty;
        var request = message["request"];
        switch (request.Text("subtype"))
        {
            case "initialize":
                Succeed(id, Initialize());
                break;
            case "set_permission_mode":
                SetPermissionMode(id, request.Text("mode") ?? "default");
                break;
            case "interrupt":
                Interrupt(id);
                break;
            case "set_model":
                agent.Model = request.Text("model") ?? agent.Model;
                Succeed(id, []);
                break;
            case "mcp_status":
                Succeed(id, new JsonObject { ["mcpServers"] = new JsonArray() });
                break;
            case "get_context_usage":
                Succeed(id, ContextUsage());
                break;
            case "get_session_usage":
                Succeed(id, SessionUsage());
                break;
            case "send_agent_message":
                SendAgentMessage(id, request.Text("agent_id") ?? string.Empty);
                break;
            case "get_settings":
                Succeed(id, new JsonObject { ["effective"] = new JsonObject(), ["sources"] = new JsonArray() });
                break;
            case "stop_task":
                StopTask(id, request.Text("task_id") ?? string.Empty);
                break;
            case "set_max_thinking_tokens":
                Succeed(id, []);
                break;
            case var unknown:
                Fail(id, $"Unsupported control request subtype: {unknown}", "unsupported_request");
                break;
        }
    }

    private void SetPermissionMode(string id, string mode)
    {
        switch (agent.Settings.PermissionModeAnswer)
        {
            case "silent":
                break;
            case "unconfirmed":
                Succeed(id, new JsonObject { ["mode"] = mode });
                break;
            case "reject":
                Fail(id, $"Cannot set permission mode to {mode}", "invalid_request");
                break;
            default:
                agent.PermissionMode = mode;
                Succeed(id, new JsonObject { ["mode"] = mode });
                agent.EmitStatus(null);
                break;
        }
    }

    private void Interrupt(string id)
    {
        if (agent.CurrentTurn is { IgnoresInterrupt: true })
        {
            return;
        }

        Succeed(id, []);
        agent.InterruptTurn();
    }

    private void StopTask(string id, string task)
    {
        switch (ReportDirectives.StopTask(agent, task))
        {
            case null:
                Succeed(id, []);
                break;
            case { Length: > 0 } refusal:
                Fail(id, refusal, "invalid_request");
                break;
        }
    }

    private void SendAgentMessage(string id, string target)
    {
        if (target.StartsWith("stuck", StringComparison.Ordinal))
        {
            Fail(id, $"Agent {target} takes no messages", "invalid_request");
        }
        else
        {
            Succeed(id, new JsonObject { ["delivery"] = "queued", ["agent_id"] = target });
        }
    }

    // More than the transcript can know: the process has also paid for what is not in it.
    private JsonObject SessionUsage() => new()
    {
        ["totalCostUSD"] = agent.TotalCost,
        ["costDisplay"] = "$0.01",
        ["totalInputTokens"] = 1_000_000,
        ["totalOutputTokens"] = 1_000_000,
        ["models"] = new JsonArray(),
    };

    private JsonObject Initialize() => new()
    {
        ["commands"] = new JsonArray([.. InitMessage.Commands.Select(c => (JsonNode)new JsonObject
        {
            ["name"] = c.Name,
            ["description"] = c.Description,
            ["argumentHint"] = string.Empty,
        })]),
        ["agents"] = new JsonArray(new JsonObject { ["name"] = "general-purpose", ["description"] = "Does anything" }),
        ["output_style"] = "default",
        ["available_output_styles"] = Json.Array(["default", "Explanatory"]),
        ["models"] = new JsonArray(new JsonObject
        {
            ["value"] = "default",
            ["displayName"] = "Fake model",
            ["description"] = "Answers at once",
        }),
        ["account"] = new JsonObject { ["tokenSource"] = "none" },
        ["pid"] = Environment.ProcessId,
        ["claude_code_version"] = TranscriptLines.Version,
        ["current_permission_mode"] = agent.PermissionMode,
        ["session_state"] = agent.CurrentTurn is null ? "idle" : "running",
        ["capabilities"] = new JsonArray(),
    };

    private JsonObject ContextUsage() => new()
    {
        ["model"] = agent.Model,
        ["totalTokens"] = 12_345,
        ["maxTokens"] = 200_000,
        ["percentage"] = 6,
        ["categories"] = new JsonArray(new JsonObject { ["name"] = "Messages", ["tokens"] = 12_345, ["color"] = "blue" }),
    };

    private void Succeed(string id, JsonObject response) => Respond(new JsonObject
    {
        ["subtype"] = "success",
        ["request_id"] = id,
        ["response"] = response,
    });

    private void Fail(string id, string error, string code) => Respond(new JsonObject
    {
        ["subtype"] = "error",
        ["request_id"] = id,
        ["error"] = error,
        ["error_code"] = code,
    });

    private void Respond(JsonObject response) =>
        agent.Output.WriteLine(new JsonObject { ["type"] = "control_response", ["response"] = response });
}
