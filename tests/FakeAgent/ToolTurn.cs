using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The part of a turn in which the model uses tools: ask, do, report.</summary>
internal static class ToolTurn
{
    /// <summary>Runs all calls side by side; the text is what the model says about them afterwards.</summary>
    public static async Task<string> RunAsync(Turn turn, IReadOnlyList<ToolScript> scripts)
    {
        var stream = turn.OpenStream();
        stream.Start();
        stream.OpenText();
        await stream.TextAsync("I will use a tool.");
        stream.CloseText();
        var used = await UseAsync(turn, stream, scripts);
        return used.Contains(null) ? "The tool did not succeed." : "The tool has done its work.";
    }

    /// <summary>Ends an answer with these calls and runs them side by side.</summary>
    /// <returns>For each the input that it was allowed with; null when it did not succeed.</returns>
    public static async Task<IReadOnlyList<JsonObject?>> UseAsync(Turn turn, AssistantStream stream, IReadOnlyList<ToolScript> scripts)
    {
        var calls = scripts.Select(script => (Id: $"toolu_{Guid.NewGuid():N}", Script: script)).ToList();
        foreach (var (id, script) in calls)
        {
            await stream.ToolUseAsync(id, script.Tool, script.Input);
        }

        stream.Finish("tool_use");
        return await Task.WhenAll(calls.Select(call => CallAsync(turn, call.Id, call.Script)));
    }

    private static async Task<JsonObject?> CallAsync(Turn turn, string id, ToolScript script)
    {
        var input = script.Input;
        if (NeedsPermission(turn.Agent, script.Tool))
        {
            await turn.PauseAsync(turn.PermissionDelay);
            var decision = await turn.Agent.Permissions.AskAsync(Request(id, script), turn.Interrupted);
            if (decision.Text("behavior") != "allow")
            {
                Report(turn, id, decision.Text("message") ?? "The user doesn't want to proceed with this tool use.", isError: true, null);
                return null;
            }

            ApplyUpdates(turn.Agent, decision["updatedPermissions"] as JsonArray);
            input = decision["updatedInput"] is JsonObject { Count: > 0 } updated ? updated : input;
        }

        if (script.Failure is { } failure)
        {
            Report(turn, id, $"Command failed with exit code 1: {failure}", isError: true, null);
            return null;
        }

        if (script.WritePath is { } path)
        {
            var target = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await File.WriteAllTextAsync(target, script.WriteContent, turn.Interrupted);
        }

        Report(turn, id, $"{script.Tool} completed successfully", isError: false, input.DeepClone().AsObject());
        return input;
    }

    private static bool NeedsPermission(Agent agent, string tool) => tool is "AskUserQuestion" or "ExitPlanMode"
        || (agent.PermissionMode is not ("bypassPermissions" or "acceptEdits") && !agent.AllowedTools.ContainsKey(tool));

    private static JsonObject Request(string id, ToolScript script) => new()
    {
        ["subtype"] = "can_use_tool",
        ["tool_name"] = script.Tool,
        ["display_name"] = script.Tool,
        ["input"] = script.Input.DeepClone(),
        ["description"] = script.Input.Text("description") ?? $"Use {script.Tool}",
        ["permission_suggestions"] = new JsonArray(new JsonObject
        {
            ["type"] = "addRules",
            ["rules"] = new JsonArray(new JsonObject { ["toolName"] = script.Tool }),
            ["behavior"] = "allow",
            ["destination"] = "session",
        }),
        ["tool_use_id"] = id,
    };

    private static void ApplyUpdates(Agent agent, JsonArray? updates)
    {
        foreach (var update in updates ?? [])
        {
            if (update.Text("type") == "setMode" && update.Text("mode") is { } mode)
            {
                agent.PermissionMode = mode;
                agent.EmitStatus(null);
            }
            else if (update.Text("type") == "addRules" && update.Text("behavior") == "allow")
            {
                var tools = update?["rules"] is JsonArray rules ? rules.Select(r => r.Text("toolName")) : [];
                foreach (var tool in tools.OfType<string>())
                {
                    agent.AllowedTools[tool] = true;
                }
            }
        }
    }

    private static void Report(Turn turn, string id, string content, bool isError, JsonObject? usedInput)
    {
        var message = new JsonObject
        {
            ["role"] = "user",
            ["content"] = new JsonArray(new JsonObject
            {
                ["type"] = "tool_result",
                ["tool_use_id"] = id,
                ["content"] = content,
                ["is_error"] = isError,
            }),
        };
        JsonNode toolUseResult = isError ? $"Error: {content}" : new JsonObject { ["input"] = usedInput };
        turn.EmitUserMessage(message, toolUseResult);
    }
}
