using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Agents in the background: what each says is told inside messages of the session's own agent, all of them interleaved.</summary>
internal static class AgentRunDirective
{
    private const string Tool = "toolu_read";

    public static Task RunAsync(Turn turn, Directive directive)
    {
        var end = directive.Arguments[0];
        string[] names = [.. directive.Arguments.Skip(1)];
        foreach (var message in names.SelectMany(name => Messages(name).Select((message, at) => (message, at, name))).OrderBy(said => said.at))
        {
            Emit(turn.Agent, message.name, "message", ("message", message.message));
        }

        foreach (var name in names)
        {
            Report(turn.Agent, name, new JsonObject { ["kind"] = "tool_use", ["tool_name"] = "Read", ["tool_use_id"] = Tool, ["input"] = Input(name) });
            Report(turn.Agent, name, new JsonObject { ["kind"] = "tool_result", ["tool_use_id"] = Tool, ["content"] = $"{name} has read", ["is_error"] = false });
            if (end != "open")
            {
                Emit(turn.Agent, name, end, end == "error" ? ("error", $"{name} broke") : null);
            }
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<JsonObject> Messages(string name)
    {
        yield return Stream(new JsonObject { ["type"] = "message_start", ["message"] = new JsonObject { ["id"] = $"msg_{name}" } });
        yield return Stream(Block(0, "content_block_start", "content_block", new JsonObject { ["type"] = "text", ["text"] = "" }));
        foreach (var word in (string[])[name, " says", " hello"])
        {
            yield return Stream(Block(0, "content_block_delta", "delta", new JsonObject { ["type"] = "text_delta", ["text"] = word }));
        }

        yield return Stream(new JsonObject { ["type"] = "content_block_stop", ["index"] = 0 });
        yield return Stream(Block(1, "content_block_start", "content_block", new JsonObject { ["type"] = "tool_use", ["id"] = Tool, ["name"] = "Read" }));
        var input = Input(name).ToJsonString();
        foreach (var half in (string[])[input[..5], input[5..]])
        {
            yield return Stream(Block(1, "content_block_delta", "delta", new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = half }));
        }

        yield return Stream(new JsonObject { ["type"] = "content_block_stop", ["index"] = 1 });
        yield return new JsonObject
        {
            ["type"] = "user",
            ["message"] = new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = Tool, ["content"] = $"{name} has read" }),
            },
        };
    }

    private static JsonObject Input(string name) => new() { ["file_path"] = $"{name}.md" };

    private static JsonObject Stream(JsonObject streamEvent) => new() { ["type"] = "stream_event", ["event"] = streamEvent };

    private static JsonObject Block(int index, string type, string member, JsonObject value) => new() { ["type"] = type, ["index"] = index, [member] = value };

    private static void Report(Agent agent, string name, JsonObject activity) => agent.Emit(new JsonObject
    {
        ["type"] = "system",
        ["subtype"] = "agent_tool_activity",
        ["task_id"] = name,
        ["tool_use_id"] = $"toolu_{name}",
        ["activity"] = activity,
    });

    private static void Emit(Agent agent, string name, string kind, (string Name, JsonNode Value)? member)
    {
        var message = new JsonObject
        {
            ["type"] = "system",
            ["subtype"] = "agent_run_message",
            ["run_agent_id"] = name,
            ["stream_id"] = $"{name}-1",
            ["target_agent_id"] = $"{name}@team",
            ["target_agent_scope_id"] = "team",
            ["event_kind"] = kind,
        };
        if (member is var (memberName, value))
        {
            message[memberName] = value;
        }

        agent.Emit(message);
    }
}
