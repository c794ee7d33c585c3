using System.Text.Json;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Inspection;

public sealed class InspectionTests
{
    private const string Init =
        """{"type":"system","subtype":"init","cwd":"CWD","model":"m1","claude_code_version":"2.1.330","tools":["Bash","Read"],"mcp_servers":[{"name":"s","status":"pending"}],"slash_commands":["review","odd"],"skills":["review"],"apiKeySource":"none","output_style":"default","permissionMode":"plan"}""";

    [Fact]
    public async Task Inspection_OfAnIdleSession_ComesFromTheTranscript()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(
            TranscriptHome.Id,
            $$"""{"type":"session-meta","isMeta":true,"workDir":"{{server.Home.WorkDir}}","permissionMode":"plan"}""",
            Answer("m1", "a", 10, 1),
            Answer("m1", "a", 10, 5),
            Answer("m2", "b", 3, 4),
            """{"type":"assistant","message":{"role":"assistant","id":"c","model":"m1","usage":{"input_tokens":1000}},"uuid":"u","forkedFrom":{"sessionId":"x"}}""");

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/inspection?includeContext=1");

        Assert.False(answer.GetProperty("active").GetBoolean());
        var status = answer.GetProperty("status");
        Assert.Equal((TranscriptHome.Id, server.Home.WorkDir, "plan", "m2"), (Text(status, "sessionId"), Text(status, "workDir"), Text(status, "permissionMode"), Text(status, "model")));
        Assert.Equal((4, 0), (status.GetProperty("slashCommandCount").GetInt32(), status.GetProperty("skillCount").GetInt32()));
        Assert.Equal("""{"context":"CLI session is not running"}""", answer.GetProperty("errors").GetRawText());
        var usage = answer.GetProperty("usage");
        Assert.Equal(("transcript", 13, 9), (Text(usage, "source"), usage.GetProperty("totalInputTokens").GetInt32(), usage.GetProperty("totalOutputTokens").GetInt32()));
        Assert.Equal(["m1", "m2"], usage.GetProperty("models").EnumerateArray().Select(model => Text(model, "model")));
        Assert.False(answer.TryGetProperty("context", out _));
    }

    [Fact]
    public async Task Inspection_OfARunningAgent_AsksAllAtOnce()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await StartAsync(server, http);

        var asking = http.GetJsonAsync($"/api/sessions/{id}/inspection?includeContext=1");
        var usage = await AskedAsync(server, "get_session_usage");
        var servers = await AskedAsync(server, "mcp_status");
        var context = await AskedAsync(server, "get_context_usage"); // none was answered yet
        server.Worker.Say(id, Response(context, """{"categories":[{"name":"Messages","tokens":5,"color":"blue"}],"totalTokens":5,"maxTokens":200000,"percentage":0,"model":"m1"}"""));
        server.Worker.Say(id, Response(servers, """{"mcpServers":[{"name":"s","status":"connected"}]}"""));
        server.Worker.Say(id, Response(usage, """{"totalInputTokens":7,"totalOutputTokens":8,"totalCostUSD":0.5}"""));
        var answer = await asking;

        Assert.True(context.GetProperty("request").GetProperty("estimateOnly").GetBoolean());
        Assert.True(answer.GetProperty("active").GetBoolean());
        var status = answer.GetProperty("status");
        Assert.Equal("""["Bash","Read"]""", status.GetProperty("tools").GetRawText());
        Assert.Equal("""[{"name":"s","status":"connected"}]""", status.GetProperty("mcpServers").GetRawText());
        Assert.Equal(("2.1.330", "m1", "none", "default"), (Text(status, "version"), Text(status, "model"), Text(status, "apiKeySource"), Text(status, "outputStyle")));
        Assert.Equal((6, 1), (status.GetProperty("slashCommandCount").GetInt32(), status.GetProperty("skillCount").GetInt32()));
        Assert.Equal("""{"totalInputTokens":7,"totalOutputTokens":8,"totalCostUSD":0.5,"source":"current_process"}""", answer.GetProperty("usage").GetRawText());
        Assert.Equal(5, answer.GetProperty("context").GetProperty("totalTokens").GetInt32());
        Assert.Equal(200000, answer.GetProperty("context").GetProperty("rawMaxTokens").GetInt32());
        Assert.Equal("[]", answer.GetProperty("context").GetProperty("gridRows").GetRawText());
        Assert.Equal("{}", answer.GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task Inspection_AgentRefuses_IsTold()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await StartAsync(server, http);

        var asking = http.GetJsonAsync($"/api/sessions/{id}/inspection?includeContext=1&contextOnly=1");
        var context = await AskedAsync(server, "get_context_usage");
        server.Worker.Say(id, $$$"""{"type":"control_response","response":{"subtype":"error","request_id":"{{{Text(context, "request_id")}}}","error":"not now"}}""");
        var answer = await asking;

        Assert.Equal("""{"context":"not now"}""", answer.GetProperty("errors").GetRawText());
        Assert.False(answer.TryGetProperty("usage", out _));
        Assert.DoesNotContain(server.Worker.Inputs, input => input.GetRawText().Contains("mcp_status", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SlashCommands_OfDirectoryPersonAndAgent_AreListedOnce()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, $$"""{"type":"session-meta","isMeta":true,"workDir":"{{server.Home.WorkDir}}"}""");
        WriteFile(server.Home.WorkDir, ".claude/commands/team/fix.md", "---\ndescription: \"Fix it\"\nargument-hint: [issue]\n---\nFix $1");
        WriteFile(server.Home.WorkDir, ".claude/commands/compact.md", "no front matter");
        WriteFile(server.Home.Config, "skills/draw/SKILL.md", "---\nname: draw\ndescription: Draws\n---\n");
        WriteFile(server.Home.Config, "commands/compact.md", "---\ndescription: the person's\n---\n");

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/slash-commands");
        using var unknown = await client.GetAsync(new Uri($"/api/sessions/{TranscriptHome.OtherId}/slash-commands", UriKind.Relative), TestContext.Current.CancellationToken);

        var commands = answer.GetProperty("commands").EnumerateArray().ToList();
        Assert.Equal(["clear", "compact", "context", "cost", "draw", "team:fix"], commands.Select(command => Text(command, "name")));
        Assert.Equal("""{"name":"compact","description":"","kind":"command","source":"project"}""", commands[1].GetRawText());
        Assert.Equal("""{"name":"draw","description":"Draws","kind":"skill","source":"user"}""", commands[4].GetRawText());
        Assert.Equal("""{"name":"team:fix","description":"Fix it","argumentHint":"[issue]","kind":"command","source":"project"}""", commands[5].GetRawText());
        await unknown.ErrorAsync(404, "NOT_FOUND");
    }

    [Fact]
    public async Task Inspection_BadFlagOrUnknownSession_IsSaid()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var flag = await client.GetAsync(new Uri($"/api/sessions/{TranscriptHome.Id}/inspection?includeContext=yes", UriKind.Relative), TestContext.Current.CancellationToken);
        using var unknown = await client.GetAsync(new Uri($"/api/sessions/{TranscriptHome.Id}/inspection", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("includeContext must be 0 or 1, not \"yes\"", await flag.ErrorAsync(400, "BAD_REQUEST"));
        await unknown.ErrorAsync(404, "NOT_FOUND");
    }

    private static string Answer(string model, string id, int input, int output) =>
        $$$"""{"type":"assistant","message":{"role":"assistant","id":"{{{id}}}","model":"{{{model}}}","content":[],"usage":{"input_tokens":{{{input}}},"output_tokens":{{{output}}}}},"uuid":"u-{{{id}}}-{{{output}}}"}""";

    private static string? Text(JsonElement owner, string name) => owner.GetProperty(name).GetString();

    private static void WriteFile(string folder, string name, string content)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static Task<JsonElement> AskedAsync(LiveServer server, string subtype) =>
        server.Worker.InputAsync(input => input.GetRawText().Contains($"\"{subtype}\"", StringComparison.Ordinal));

    private static string Response(JsonElement request, string response) =>
        $$$$"""{"type":"control_response","response":{"subtype":"success","request_id":"{{{{Text(request, "request_id")}}}}","response":{{{{response}}}}}}""";

    private static async Task<string> StartAsync(LiveServer server, HttpClient http)
    {
        var id = await server.CreateAsync(http);
        var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"user_message","content":"hi"}""");
        await server.Worker.InputAsync(input => Text(input, "type") == "user");
        server.Worker.Say(id, Init.Replace("CWD", server.Folder, StringComparison.Ordinal));
        server.Worker.Say(id, """{"type":"result","subtype":"success","is_error":false}""");
        await client.UntilAsync("message_complete");
        return id;
    }
}
