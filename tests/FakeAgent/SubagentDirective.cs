using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>A subagent at work: its messages name the Agent call they belong to, its transcript is a file of its own.</summary>
internal static class SubagentDirective
{
    public static async Task RunAsync(Turn turn, Directive directive)
    {
        var toolUseId = $"toolu_{Guid.NewGuid():N}";
        var outer = turn.OpenStream();
        outer.Start();
        await outer.ToolUseAsync(toolUseId, "Agent", new JsonObject
        {
            ["description"] = "Look around",
            ["prompt"] = "Look around and report",
            ["subagent_type"] = "general-purpose",
        });
        outer.Finish("tool_use");

        var prompt = Text("user", "Look around and report");
        turn.Agent.Emit(FromSubagent("user", prompt, toolUseId));
        var inner = turn.OpenStream(toolUseId);
        inner.Start();
        var innerToolId = $"toolu_{Guid.NewGuid():N}";
        var input = new JsonObject { ["file_path"] = "README.md" };
        await inner.ToolUseAsync(innerToolId, "Read", input);
        inner.Finish("tool_use");
        var read = ToolResult(innerToolId, "1\t# Read me");
        turn.Agent.Emit(FromSubagent("user", read, toolUseId));

        var report = turn.OpenStream(toolUseId);
        report.Start();
        report.OpenText();
        await report.TextAsync("Subagent report: ");
        await report.TextAsync("all is well.");
        var said = report.CloseText();
        report.Finish("end_turn");
        WriteTranscript(turn.Agent, toolUseId, prompt, ToolUse(innerToolId, "Read", input), read, Text("assistant", said));
        turn.EmitUserMessage(ToolResult(toolUseId, said), new JsonObject { ["status"] = "completed" });
    }

    private static JsonObject FromSubagent(string type, JsonObject message, string toolUseId) =>
        new() { ["type"] = type, ["message"] = message.DeepClone(), ["parent_tool_use_id"] = toolUseId };

    private static JsonObject Text(string role, string text) => new()
    {
        ["role"] = role,
        ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
    };

    private static JsonObject ToolUse(string id, string name, JsonObject input) => new()
    {
        ["role"] = "assistant",
        ["content"] = new JsonArray(new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = name, ["input"] = input.DeepClone() }),
    };

    private static JsonObject ToolResult(string toolUseId, string content) => new()
    {
        ["role"] = "user",
        ["content"] = new JsonArray(new JsonObject
        {
            ["type"] = "tool_result",
            ["tool_use_id"] = toolUseId,
            ["content"] = content,
        }),
    };

    private static void WriteTranscript(Agent agent, string toolUseId, params JsonObject[] messages)
    {
        if (!agent.Settings.WritesTranscript)
        {
            return;
        }

        var agentId = Guid.NewGuid().ToString("N")[..8];
        var folder = Path.Combine(Path.ChangeExtension(agent.Transcript.FilePath, null), "subagents");
        Directory.CreateDirectory(folder);
        var meta = new JsonObject { ["agentType"] = "general-purpose", ["toolUseId"] = toolUseId };
        File.WriteAllText(Path.Combine(folder, $"agent-{agentId}.meta.json"), meta.ToJsonString());
        string? parent = null;
        foreach (var message in messages)
        {
            var uuid = Guid.NewGuid().ToString();
            AppendFile.Write(Path.Combine(folder, $"agent-{agentId}.jsonl"), Json.Line(new JsonObject
            {
                ["parentUuid"] = parent,
                ["isSidechain"] = true,
                ["agentId"] = agentId,
                ["message"] = message.DeepClone(),
                ["type"] = message.Text("role"),
                ["uuid"] = uuid,
                ["timestamp"] = TranscriptLines.Now(),
                ["cwd"] = Environment.CurrentDirectory,
                ["sessionId"] = agent.SessionId,
            }).Span);
            parent = uuid;
        }
    }
}
