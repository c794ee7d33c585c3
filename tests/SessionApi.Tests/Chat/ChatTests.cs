using System.Text.Json;
using Sidecar.Tests.SessionApi.History;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Chat;

public sealed class ChatTests
{
    [Theory]
    [InlineData("/api/sessions/{0}/chat", "/api/conversations/{0}/chat")]
    [InlineData("/api/conversations/{0}", "/api/sessions/{0}/chat")]
    public async Task Chat_PostedAndStopped_IsABusyMarkUnderEachName(string posted, string asked)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("1"));
        var (post, ask) = (posted.Replace("{0}", TranscriptHome.Id, StringComparison.Ordinal), asked.Replace("{0}", TranscriptHome.Id, StringComparison.Ordinal));

        var queued = await client.PostJsonAsync(post, """{"content":"hello"}""", status: 202);
        var busy = await client.GetJsonAsync($"{ask}/status");
        var stopped = await client.PostJsonAsync($"{ask}/stop", "{}");
        var idle = await client.GetJsonAsync($"{ask}/status");

        Assert.Equal("queued", queued.GetProperty("status").GetString());
        Assert.True(Guid.TryParse(queued.GetProperty("messageId").GetString(), out _));
        Assert.Equal("""{"state":"thinking","activityState":"running"}""", busy.GetRawText());
        Assert.Equal("""{"ok":true}""", stopped.GetRawText());
        Assert.Equal("""{"state":"idle","activityState":"idle"}""", idle.GetRawText());
    }

    [Fact]
    public async Task Chat_BadRequestOrUnknownSession_IsSaid()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var empty = await client.PostAsync($"/api/sessions/{TranscriptHome.Id}/chat", """{"content":" "}""");
        using var unknown = await client.PostAsync($"/api/sessions/{TranscriptHome.Id}/chat", """{"content":"x"}""");
        var status = await client.GetJsonAsync("/api/sessions/nobody/chat/status");

        Assert.Equal("content (string) is required in request body and must not be empty", await empty.ErrorAsync(400, "BAD_REQUEST"));
        await unknown.ErrorAsync(404, "NOT_FOUND");
        Assert.Equal("""{"state":"idle","activityState":"idle"}""", status.GetRawText());
    }

    [Fact]
    public async Task Status_OfALiveSession_FollowsItsTurn()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"user_message","content":"hi"}""");
        await server.Worker.InputAsync(input => input.GetProperty("type").GetString() == "user");

        var thinking = await StatusAsync(http, id);
        server.Worker.Say(id, """{"type":"assistant","uuid":"a","message":{"id":"a","content":[{"type":"tool_use","id":"t","name":"Bash","input":{}}]}}""");
        server.Worker.Say(
            id, """{"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{}}}""");
        await client.UntilAsync("permission_request");
        var asking = await StatusAsync(http, id);
        server.Worker.Say(id, """{"type":"result","subtype":"error","is_error":true,"result":"broken"}""");
        await client.UntilAsync("message_complete");
        var failed = await StatusAsync(http, id);
        await client.SendAsync("""{"type":"user_message","content":"again"}""");
        await server.Worker.InputAsync(input => input.GetRawText().Contains("again", StringComparison.Ordinal));
        server.Worker.Say(id, """{"type":"system","subtype":"status","status":"compacting"}""");
        await client.UntilAsync("status");
        await client.SendAsync("""{"type":"stop_generation"}""");
        await server.Worker.InputAsync(input => input.GetRawText().Contains("interrupt", StringComparison.Ordinal));
        var stopped = await StatusAsync(http, id);

        Assert.Equal(("thinking", "running"), thinking);
        Assert.Equal(("tool_executing", "waiting"), asking);
        Assert.Equal(("idle", "failed"), failed);
        Assert.Equal(("idle", "idle"), stopped);
    }

    private static async Task<(string?, string?)> StatusAsync(HttpClient http, string id)
    {
        JsonElement answer = await http.GetJsonAsync($"/api/sessions/{id}/chat/status");
        return (answer.GetProperty("state").GetString(), answer.GetProperty("activityState").GetString());
    }
}
