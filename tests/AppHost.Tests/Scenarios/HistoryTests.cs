using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Going back, branching and asking about a session whose agent runs.</summary>
public abstract class HistoryTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task Rewind_WhileTheAgentRuns_StopsItAndTheNextTurnKnowsNothingOfWhatWent()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("first");
        await client.RunTurnAsync("second");
        var agent = await Sidecar.Agents.StartedAsync(session);

        var answer = await PostAsync(session, "rewind", new { userMessageIndex = 1, expectedContent = "second" });
        var stopped = !ProcFs.Exists(agent);
        await client.RunTurnAsync("third");

        Assert.True(stopped);
        Assert.Equal("both", answer.GetProperty("mode").GetString());
        Assert.Equal(["Echo: first", "Echo: third"], await Sidecar.AssistantTextsAsync(session));
        Assert.Equal([false, true], Sidecar.Agents.StartsOf(session).Select(start => start.Resume));
    }

    [Fact]
    public async Task Rewind_WithinATurn_EndsTheTurnFirst()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("first");
        await client.SendUserAsync("@slow 50 200");
        await client.WaitForAsync(frame => frame.Text("text") == "w3 ", "w3");

        await PostAsync(session, "rewind", new { userMessageIndex = 1, mode = "conversation" });

        Assert.Equal(["Echo: first"], await Sidecar.AssistantTextsAsync(session));
        Assert.Equal("idle", await client.TurnStateAsync());
    }

    [Fact]
    public async Task Branch_OfARunningSession_GoesItsOwnWay()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("first");
        await client.RunTurnAsync("second");
        var messages = await Sidecar.GetAsync($"/api/sessions/{session.Id}/messages");
        var target = messages.GetProperty("messages").EnumerateArray()
            .Last(message => message.GetProperty("content").GetRawText().Contains("Echo: first", StringComparison.Ordinal)).GetProperty("id").GetString();

        var answer = await PostAsync(session, "branch", new { targetMessageId = target });
        var branch = session with { Id = answer.GetProperty("sessionId").GetString()! };
        await using var other = await Sidecar.ConnectAsync(branch);
        await other.RunTurnAsync("another second");

        Assert.Equal(["Echo: first", "Echo: second"], await Sidecar.AssistantTextsAsync(session));
        Assert.Equal(["Echo: first", "Echo: another second"], await Sidecar.AssistantTextsAsync(branch));
        Assert.Equal([true], Sidecar.Agents.StartsOf(branch).Select(start => start.Resume));
    }

    [Fact]
    public async Task Inspection_OfARunningAgent_HasWhatTheAgentSays()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("first");

        var answer = await Sidecar.GetAsync($"/api/sessions/{session.Id}/inspection?includeContext=1");
        var commands = await Sidecar.GetAsync($"/api/sessions/{session.Id}/slash-commands");

        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal("{}", answer.GetProperty("errors").GetRawText());
        Assert.Equal("current_process", answer.GetProperty("usage").GetProperty("source").GetString());
        Assert.Equal(12_345, answer.GetProperty("context").GetProperty("totalTokens").GetInt32());
        Assert.Contains("Bash", answer.GetProperty("status").GetProperty("tools").EnumerateArray().Select(tool => tool.GetString()));
        Assert.Contains("review", commands.GetProperty("commands").EnumerateArray().Select(command => command.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Subagent_OfATurn_IsFoundAndTakesAMessage()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("@subagent");
        var messages = await Sidecar.GetAsync($"/api/sessions/{session.Id}/messages");
        var tool = messages.GetProperty("messages").EnumerateArray()
            .Where(message => message.GetProperty("type").GetString() == "tool_use")
            .SelectMany(message => message.GetProperty("content").EnumerateArray())
            .First(block => block.TryGetProperty("name", out var name) && name.GetString() == "Agent").GetProperty("id").GetString();

        var agent = await Sidecar.GetAsync($"/api/sessions/{session.Id}/subagents/by-tool/{tool}");
        var sent = await PostAsync(session, $"subagents/by-tool/{tool}/messages", new { content = "go on" });

        Assert.Equal(("completed", "subagent-jsonl"), (agent.GetProperty("status").GetString(), agent.GetProperty("source").GetString()));
        Assert.Equal("Look around and report", agent.GetProperty("prompt").GetString());
        Assert.Equal(4, agent.GetProperty("messages").GetArrayLength()); // it was asked, used a tool, got its result, and answered
        Assert.Equal("queued", sent.GetProperty("delivery").GetString());
        Assert.Equal(agent.GetProperty("agentId").GetString(), sent.GetProperty("agent_id").GetString());
    }

    private async Task<JsonElement> PostAsync(Session session, string operation, object body)
    {
        using var answer = await Sidecar.Http.PostAsJsonAsync($"/api/sessions/{session.Id}/{operation}", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
