using System.Text.Json;
using Sidecar.Tests.SessionApi.History;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Subagents;

public sealed class SubagentTests
{
    private const string Start =
        """{"type":"assistant","message":{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Agent","input":{"description":"Look","prompt":"Look around"}}]},"uuid":"a1","timestamp":"2026-04-01T10:00:00.000Z"}""";

    private const string End =
        """{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"seen"}]}]},"uuid":"u2","timestamp":"2026-04-01T10:00:09.000Z","toolUseResult":{"status":"completed"}}""";

    [Fact]
    public async Task Subagent_WithItsOwnTranscript_IsFoundByToolAndByAgent()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, Start, End);
        WriteAgent(server.Home, "x1", "t1");

        var byTool = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/subagents/by-tool/t1");
        var byAgent = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/subagents/by-agent/x1");

        Assert.Equal(byTool.GetRawText(), byAgent.GetRawText());
        Assert.Equal(("x1", "completed", "Look", "Look around", "seen"), (Text(byTool, "agentId"), Text(byTool, "status"), Text(byTool, "description"), Text(byTool, "prompt"), Text(byTool, "result")));
        Assert.Equal(("subagent-jsonl", false, false), (Text(byTool, "source"), byTool.GetProperty("truncated").GetBoolean(), byTool.GetProperty("canSendMessage").GetBoolean()));
        Assert.Equal("""{"inputTokens":3,"outputTokens":4,"totalTokens":7}""", byTool.GetProperty("usage").GetRawText());
        Assert.Equal(["s1", "s2"], byTool.GetProperty("messages").EnumerateArray().Select(message => Text(message, "id")));
    }

    [Fact]
    public async Task Subagent_OfASubagent_IsFoundByItsLongName()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, Start);
        WriteAgent(server.Home, "x1", "t1", Start.Replace("\"t1\"", "\"t2\"", StringComparison.Ordinal).Replace("Look around", "Dig", StringComparison.Ordinal));
        WriteAgent(server.Home, "x2", "t2");

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/subagents/by-tool/t1%2Fx1%2Ft2");

        Assert.Equal(("t1/x1/t2", "x2", "Dig"), (Text(answer, "toolUseId"), Text(answer, "agentId"), Text(answer, "prompt")));
    }

    [Fact]
    public async Task Subagent_WithoutATranscriptOfItsOwn_IsReadFromTheSessions()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(
            TranscriptHome.Id,
            Start,
            """{"type":"user","message":{"role":"user","content":"Look around"},"uuid":"s1","parentUuid":"a1","isSidechain":true,"timestamp":"t"}""",
            """{"type":"assistant","message":{"role":"assistant","content":"done"},"uuid":"s2","parentUuid":"s1","isSidechain":true,"timestamp":"t"}""",
            TranscriptHome.User("other"));

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/subagents/by-tool/t1");

        Assert.Equal(("session-history", "unknown"), (Text(answer, "source"), Text(answer, "status")));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("agentId").ValueKind);
        Assert.Equal(["s1", "s2"], answer.GetProperty("messages").EnumerateArray().Select(message => Text(message, "id")));
    }

    [Fact]
    public async Task Subagent_InTheBackground_EndsWithItsNotification()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, Start, End.Replace("\"completed\"", "\"async_launched\"", StringComparison.Ordinal));
        WriteAgent(server.Home, "x1", "t1");
        var before = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/subagents/by-tool/t1");
        File.AppendAllText(
            server.Home.PathOf(TranscriptHome.Id),
            """{"type":"cc-haha-task-notification","isMeta":true,"taskNotification":{"taskId":"x1","toolUseId":"t1","status":"failed","summary":"S","outputFile":"/o"}}""" + "\n");

        var after = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/subagents/by-tool/t1?taskId=x1");

        Assert.Equal("unknown", Text(before, "status"));
        Assert.Equal(("failed", "S", "/o", "x1"), (Text(after, "status"), Text(after, "summary"), Text(after, "outputFile"), Text(after, "taskId")));
    }

    [Theory]
    [InlineData("by-tool/t9")]
    [InlineData("by-agent/x9")]
    [InlineData("by-agent/..%2F..%2Fx")]
    public async Task Subagent_Unknown_Is404(string name)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, Start);

        using var answer = await client.GetAsync(new Uri($"/api/sessions/{TranscriptHome.Id}/subagents/{name}", UriKind.Relative), TestContext.Current.CancellationToken);

        await answer.ErrorAsync(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Message_WithoutARunningAgent_IsRefused()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, Start);
        WriteAgent(server.Home, "x1", "t1");
        var route = $"/api/sessions/{TranscriptHome.Id}/subagents/by-tool/t1/messages";

        using var idle = await client.PostAsync(route, """{"content":"go on"}""");
        using var empty = await client.PostAsync(route, "{}");

        Assert.Equal("CLI session is not running", await idle.ErrorAsync(409, "CONFLICT"));
        Assert.Equal("content (string) is required in request body and must not be empty", await empty.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Fact]
    public async Task Message_ToARunningAgent_IsGivenToItsCli()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"user_message","content":"hi"}""");
        await server.Worker.InputAsync(input => Text(input, "type") == "user");
        var transcript = Directory.GetFiles(server.Folder, $"{id}.jsonl*", SearchOption.AllDirectories).Single();
        File.AppendAllText(transcript, Start + "\n");

        var sending = http.PostJsonAsync($"/api/sessions/{id}/subagents/by-tool/t1/messages?taskId=x7", """{"content":"go on"}""");
        var asked = await server.Worker.InputAsync(input => input.GetRawText().Contains("send_agent_message", StringComparison.Ordinal));
        server.Worker.Say(id, $$$$"""{"type":"control_response","response":{"subtype":"success","request_id":"{{{{Text(asked, "request_id")}}}}","response":{"delivery":"queued"}}}""");

        Assert.Equal("""{"subtype":"send_agent_message","agent_id":"x7","content":"go on"}""", asked.GetProperty("request").GetRawText());
        Assert.Equal("""{"ok":true,"delivery":"queued","agent_id":"x7"}""", (await sending).GetRawText());
    }

    private static string? Text(JsonElement owner, string name) => owner.GetProperty(name).GetString();

    private static void WriteAgent(TranscriptHome home, string agentId, string toolUseId, params string[] more)
    {
        var folder = Directory.CreateDirectory(Path.Combine(home.Project, TranscriptHome.Id, "subagents")).FullName;
        File.WriteAllText(Path.Combine(folder, $"agent-{agentId}.meta.json"), $$"""{"agentType":"general-purpose","toolUseId":"{{toolUseId}}"}""");
        File.WriteAllLines(
            Path.Combine(folder, $"agent-{agentId}.jsonl"),
            [
                """{"type":"user","message":{"role":"user","content":"Look around"},"uuid":"s1","isSidechain":true,"timestamp":"2026-04-01T10:00:01.000Z"}""",
                """{"type":"assistant","message":{"role":"assistant","id":"m","content":"done","usage":{"input_tokens":3,"output_tokens":4}},"uuid":"s2","isSidechain":true,"timestamp":"2026-04-01T10:00:02.000Z"}""",
                .. more,
            ]);
    }
}
