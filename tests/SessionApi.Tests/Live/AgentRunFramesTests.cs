using System.Net.Http.Json;
using System.Text.Json;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>Runs of agents below the session's own pass where its own output is held back.</summary>
public sealed class AgentRunFramesTests
{
    [Fact]
    public async Task Run_BeforeTheFirstMessage_IsShownAlthoughTheAgentIsNot()
    {
        await using var server = await LiveServer.StartAsync();
        var id = await CreateAsync(server);
        using var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"prewarm_session"}""");
        await server.Worker.RunningAsync(id);

        server.Worker.Say(id, """{"type":"system","subtype":"session_state_changed","state":"idle"}""");
        server.Worker.Say(id, Run("complete", "s1"));

        Assert.Equal("s1", await NextAsync(client));
    }

    [Fact]
    public async Task Run_BehindTheStopOfATurn_EndsOnItsPage()
    {
        await using var server = await LiveServer.StartAsync();
        var id = await CreateAsync(server);
        using var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"user_message","content":"hi"}""");
        await server.Worker.InputAsync(input => input.GetProperty("type").GetString() == "user");
        await client.SendAsync("""{"type":"stop_generation"}""");
        await server.Worker.InputAsync(input => input.GetProperty("type").GetString() == "control_request");
        Assert.Equal("title", await NextAsync(client));
        Assert.Equal("idle", await NextAsync(client));

        server.Worker.Say(id, """{"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"hidden"}]}}""");
        server.Worker.Say(id, Run("complete", "s1"));

        Assert.Equal("s1", await NextAsync(client));
    }

    [Fact]
    public async Task Run_ItsProcessEnds_EndsWithIt()
    {
        await using var server = await LiveServer.StartAsync();
        var id = await CreateAsync(server);
        using var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"prewarm_session"}""");
        await server.Worker.RunningAsync(id);
        server.Worker.Say(id, Run("message", "s1", ""","message":{"type":"stream_event","event":{"type":"message_start","message":{"id":"m"}}}"""));
        Assert.Equal("s1", await NextAsync(client));

        await client.SendAsync("""{"type":"user_message","content":"/clear"}"""); // which ends the process

        var end = await client.UntilAsync("agent_run_event");
        Assert.Equal("""{"type":"status","state":"idle"}""", end.GetProperty("event").GetRawText());
    }

    private static string Run(string kind, string stream, string members = "") =>
        $$"""{"type":"system","subtype":"agent_run_message","run_agent_id":"r","stream_id":"{{stream}}","target_agent_id":"t","event_kind":"{{kind}}"{{members}}}""";

    /// <summary>The next frame but for our own: of a run its stream, else what it is.</summary>
    private static async Task<string?> NextAsync(LiveSocket client)
    {
        while (await client.ReceiveAsync() is { } frame)
        {
            switch (frame.GetProperty("type").GetString())
            {
                case "agent_run_event":
                    return frame.GetProperty("streamId").GetString();
                case "session_title_updated":
                    return "title";
                case "status" when frame.GetProperty("state").GetString() == "thinking":
                    continue;
                case "status":
                    return frame.GetProperty("state").GetString();
                case var type:
                    return type;
            }
        }

        return null;
    }

    private static async Task<string> CreateAsync(LiveServer server)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var response = await http.PostAsJsonAsync("/api/sessions", new { workDir = server.Folder });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!;
    }
}
