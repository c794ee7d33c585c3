using System.Text.Json;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Sessions;

public sealed class SessionMessagesTests
{
    [Fact]
    public async Task Messages_EachKind_HasItsTypeAndItsFields()
    {
        var messages = await MessagesOf(
            """{"type":"user","message":{"role":"user","content":"Hello"},"uuid":"u1","parentUuid":null,"isSidechain":false,"cwd":"/w","timestamp":"2026-04-01T10:00:00.000Z"}""",
            """{"parentUuid":"u1","message":{"model":"m1","role":"assistant","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"a":"}\"{"}}],"usage":{"input_tokens":1,"output_tokens":2,"service_tier":"x","cache_read_input_tokens":null}},"type":"assistant","uuid":"a1","timestamp":"2026-04-01T10:00:01.000Z"}""",
            """{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"}]},"uuid":"u2","timestamp":"2026-04-01T10:00:02.000Z","toolUseResult":{"stdout":"\ud83d"}}""",
            """{"type":"system","subtype":"local_command","content":"<command-name>/goal</command-name><command-args>Win</command-args>","uuid":"s1","timestamp":"2026-04-01T10:00:03.000Z"}""");

        Assert.Equal(
            [
                """{"id":"u1","type":"user","content":"Hello","timestamp":"2026-04-01T10:00:00.000Z","isSidechain":false,"cwd":"/w"}""",
                """{"id":"a1","type":"tool_use","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{"a":"}\"{"}}],"timestamp":"2026-04-01T10:00:01.000Z","model":"m1","usage":{"input_tokens":1,"output_tokens":2},"parentUuid":"u1"}""",
                """{"id":"u2","type":"tool_result","content":[{"type":"tool_result","tool_use_id":"t1","content":"ok"}],"toolUseResult":{"stdout":"\ud83d"},"timestamp":"2026-04-01T10:00:02.000Z"}""",
                """{"id":"s1","type":"system","content":"<command-name>/goal</command-name><command-args>Win</command-args>","timestamp":"2026-04-01T10:00:03.000Z"}""",
            ],
            messages);
    }

    [Theory]
    [InlineData("""{"type":"user","message":{"role":"user","content":"caveat"},"isMeta":true}""")]
    [InlineData("""{"type":"user","message":{"content":"no role"}}""")]
    [InlineData("""{"type":"api-request-blob","message":{"role":"user","content":"blob"}}""")]
    [InlineData("""{"type":"user","message":{"role":"user","content":"<command-name>/model</command-name>\n <command-args></command-args>"}}""")]
    [InlineData("""{"type":"user","message":{"role":"user","content":"<local-command-stdout>set</local-command-stdout>"}}""")]
    [InlineData("""{"type":"user","message":{"role":"user","content":[{"type":"text","text":"[Request interrupted by user for tool use]"}]}}""")]
    [InlineData("""{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"No response requested."}]}}""")]
    [InlineData("""{"type":"user","message":{"role":"user","content":[{"type":"text","text":"invalid"}],"x":tru}}""")]
    [InlineData("""{"type":"system","subtype":"compact_boundary","content":"Conversation compacted"}""")]
    public async Task Messages_EntryThatIsNotShown_IsLeftOut(string line) => Assert.Empty(await MessagesOf(line));

    [Theory]
    [InlineData("""{"type":"user","message":{"role":"user","content":"This session is continued"},"uuid":"u","isCompactSummary":true,"timestamp":"t"}""")]
    [InlineData("""{"type":"user","message":{"role":"user","content":"<command-name>/x</command-name> and more"},"uuid":"u","timestamp":"t"}""")]
    public async Task Messages_EntryThatIsMoreThanMetadata_IsShown(string line) => Assert.Single(await MessagesOf(line));

    [Fact]
    public async Task Messages_InheritedByAFork_HaveNoUsage()
    {
        var message = Assert.Single(await MessagesOf(
            """{"type":"assistant","message":{"role":"assistant","content":"x","usage":{"input_tokens":1}},"uuid":"a","timestamp":"t","forkedFrom":{"sessionId":"y"}}"""));

        Assert.DoesNotContain("usage", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_OfASidechain_NameTheToolUseThatStartedIt()
    {
        var messages = await MessagesOf(
            """{"type":"assistant","message":{"role":"assistant","content":[{"type":"tool_use","id":"t9","name":"Task","input":{}}]},"uuid":"a","timestamp":"t"}""",
            """{"type":"user","message":{"role":"user","content":"work"},"uuid":"b","parentUuid":"a","isSidechain":true,"timestamp":"t"}""",
            """{"type":"assistant","message":{"role":"assistant","content":"done"},"uuid":"c","parentUuid":"b","isSidechain":true,"timestamp":"t"}""",
            """{"type":"assistant","message":{"role":"assistant","content":"lost"},"uuid":"d","parentUuid":"unknown","isSidechain":true,"timestamp":"t"}""");

        Assert.Equal([false, true, true, false], messages.Select(message => message.Contains("\"parentToolUseId\":\"t9\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Messages_TornLastLineThatIsWhole_IsRead()
    {
        await using var server = new SessionServer();
        server.Home.WriteBytes(TranscriptHome.Id, System.Text.Encoding.UTF8.GetBytes(TranscriptHome.User("a") + "\n" + TranscriptHome.User("bb")));
        using var client = server.CreateClient();

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/messages");

        Assert.Equal(2, answer.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task TaskNotifications_LastOneOfATaskWins_AndWhatFollowsIsHidden()
    {
        await using var server = new SessionServer();
        server.Home.Write(
            TranscriptHome.Id,
            """{"type":"cc-haha-task-notification","isMeta":true,"taskNotification":{"taskId":"k","toolUseId":"t","status":"failed"},"timestamp":"2026-04-01T00:00:00.000Z"}""",
            """{"type":"user","message":{"role":"user","content":"<task-notification><task-id>k</task-id><tool-use-id>t</tool-use-id><status>killed</status><summary>S</summary></task-notification>"},"timestamp":"2026-04-01T00:00:01.000Z"}""",
            TranscriptHome.Assistant("hidden"),
            TranscriptHome.User("person"),
            TranscriptHome.Assistant("shown"));
        using var client = server.CreateClient();

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/messages");

        Assert.Equal(2, answer.GetProperty("messages").GetArrayLength());
        Assert.Equal(
            """[{"taskId":"k","toolUseId":"t","status":"stopped","summary":"S","timestamp":"2026-04-01T00:00:01.000Z"}]""",
            answer.GetProperty("taskNotifications").GetRawText());
    }

    [Fact]
    public async Task Messages_ContentOf20Megabytes_ArrivesWhole()
    {
        var text = new string('x', 20_000_000);
        var message = Assert.Single(await MessagesOf(TranscriptHome.User(text)));

        Assert.Contains(text, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_OfSubagents_FollowWithIdsBelowTheirToolUse()
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, ToolUse("root", "t1", "Task"));
        WriteAgent(server.Home, "one", "t1", ToolUse("x", "t2", "Task"), TranscriptHome.Assistant("only text"));
        WriteAgent(server.Home, "two", "t2", ToolUse("y", "t3", "Bash"));
        WriteAgent(server.Home, "lost", "unknown", ToolUse("z", "t4", "Bash"));
        using var client = server.CreateClient();

        var answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/messages");

        var messages = answer.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(["root", "t1/one/x", "t1/one/t2/two/y"], messages.Select(message => message.GetProperty("id").GetString()));
        Assert.Equal("t1", messages[1].GetProperty("parentToolUseId").GetString());
        Assert.Equal(
            """[{"type":"tool_use","id":"t1/one/t2/two/t3","name":"Bash","input":{},"original_tool_use_id":"t3"}]""",
            messages[2].GetProperty("content").GetRawText());
    }

    private static string ToolUse(string uuid, string id, string name) =>
        $$$"""{"type":"assistant","message":{"role":"assistant","content":[{"type":"tool_use","id":"{{{id}}}","name":"{{{name}}}","input":{}}]},"uuid":"{{{uuid}}}","timestamp":"t"}""";

    private static void WriteAgent(TranscriptHome home, string agent, string toolUseId, params string[] lines)
    {
        var directory = Directory.CreateDirectory(Path.Combine(home.Project, TranscriptHome.Id, "subagents")).FullName;
        File.WriteAllLines(Path.Combine(directory, $"agent-{agent}.jsonl"), lines);
        File.WriteAllText(Path.Combine(directory, $"agent-{agent}.meta.json"), $$"""{"agentType":"x","toolUseId":"{{toolUseId}}"}""");
    }

    [Fact]
    public async Task Find_Session_HasTheRowAndItsMessages()
    {
        await using var server = new SessionServer();
        server.Home.Write(
            TranscriptHome.Id,
            TranscriptHome.User("caveat", more: ",\"isMeta\":true"),
            TranscriptHome.User("prompt"),
            """{"type":"session-meta","isMeta":true,"permissionMode":"plan","effortLevel":"high","runtimeProviderId":null}""");
        using var client = server.CreateClient();

        var session = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}");

        Assert.Equal(
            ["id", "title", "createdAt", "modifiedAt", "messageCount", "projectPath", "projectRoot", "workDir", "workDirExists", "workspaceState", "permissionMode", "messages"],
            session.EnumerateObject().Select(member => member.Name));
        Assert.Equal(1, session.GetProperty("messageCount").GetInt32());
        Assert.Equal(1, session.GetProperty("messages").GetArrayLength());
    }

    private static async Task<IReadOnlyList<string>> MessagesOf(params string[] lines)
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, lines);
        using var client = server.CreateClient();
        JsonElement answer = await client.GetJsonAsync($"/api/sessions/{TranscriptHome.Id}/messages");
        return [.. answer.GetProperty("messages").EnumerateArray().Select(message => message.GetRawText())];
    }
}
