using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Feed;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Feed;

/// <summary>The feed over a real server and real sockets.</summary>
public sealed class FeedTests
{
    private const string Bound = "feed.sockets";

    [Fact]
    public async Task Feed_Opened_TellsTheListAndTheActivity()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        await server.CreateAsync(http);
        await http.GetJsonAsync("/api/sessions");

        using var feed = await OpenAsync(server);
        var list = await feed.ReceiveAsync();
        var activity = await feed.ReceiveAsync();

        Assert.Equal(["type", "revision", "sessions", "state"], list!.Value.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("list", 1, "ready"), (LiveSocket.TypeOf(list.Value), list.Value.GetProperty("sessions").GetInt32(), list.Value.GetProperty("state").GetString()));
        Assert.Equal("""{"type":"activity","sessions":{}}""", activity!.Value.GetRawText());
    }

    [Fact]
    public async Task List_RenamedAppendedToAndDeleted_IsToldToEachSubscriber()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var one = await OpenAsync(server);
        using var other = await OpenAsync(server);
        var revision = await RevisionAsync(one, other, sessions: 1);

        using var renamed = await http.PatchAsync($"/api/sessions/{id}", HttpAnswers.Json("""{"title":"new"}"""));
        var afterRename = await RevisionAsync(one, other, sessions: 1, after: revision);
        var transcript = Directory.GetFiles(server.Config, id + ".jsonl", SearchOption.AllDirectories).Single();
        await File.AppendAllTextAsync(transcript, TranscriptHome.User("from elsewhere") + "\n");
        var afterAppend = await RevisionAsync(one, other, sessions: 1, after: afterRename);
        using var deleted = await http.DeleteAsync($"/api/sessions/{id}");
        await RevisionAsync(one, other, sessions: 0, after: afterAppend);

        Assert.True(renamed.IsSuccessStatusCode);
        Assert.True(deleted.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Activity_OfASessionWithAnAgent_FollowsItsTurn()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var feed = await OpenAsync(server);
        using var client = await server.JoinAsync(id);

        await client.SendAsync("""{"type":"user_message","content":"hi"}""");
        await server.Worker.InputAsync(input => input.GetProperty("type").GetString() == "user");
        await UntilAsync(feed, id, "running");
        server.Worker.Say(
            id, """{"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{}}}""");
        await UntilAsync(feed, id, "waiting");
        server.Worker.Say(id, """{"type":"result","subtype":"error","is_error":true,"result":"broken"}""");
        await UntilAsync(feed, id, "failed");
        await client.SendAsync("""{"type":"user_message","content":"again"}""");
        await server.Worker.InputAsync(input => input.GetRawText().Contains("again", StringComparison.Ordinal));
        await UntilAsync(feed, id, "running");
        server.Worker.Say(id, """{"type":"result","subtype":"success","is_error":false}""");
        await UntilAsync(feed, id, "open");
        using var deleted = await http.DeleteAsync($"/api/sessions/{id}");
        await UntilAsync(feed, id, state: null);
    }

    [Fact]
    public async Task Sockets_AsManyAsMayBe_LetNoFurtherOneIn()
    {
        await using var server = await LiveServer.StartAsync();
        var open = new List<LiveSocket>();
        try
        {
            for (var i = 0; i < SessionFeed.MaxSockets; i++)
            {
                open.Add(await OpenAsync(server));
            }

            await server.UntilUsedAsync(Bound, SessionFeed.MaxSockets);
            using var further = await OpenAsync(server);
            Assert.Equal(((WebSocketCloseStatus)1013, "too many sockets"), await further.CloseAsync());
            open[0].Dispose();
            await server.UntilUsedAsync(Bound, SessionFeed.MaxSockets - 1);
            using var next = await OpenAsync(server);
            await next.UntilAsync("list");
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }

        await server.UntilUsedAsync(Bound, 0);
    }

    [Fact]
    public async Task Sockets_ServerStops_AreClosedAsARestart()
    {
        await using var server = await LiveServer.StartAsync();
        using var open = await OpenAsync(server);
        await open.UntilAsync("activity");

        server.Services.GetRequiredService<SessionFeed>().Stop();
        using var late = await OpenAsync(server);

        Assert.Equal(((WebSocketCloseStatus)1012, "service restart"), await open.CloseAsync());
        Assert.Equal(((WebSocketCloseStatus)1012, "service restart"), await late.CloseAsync());
    }

    [Fact]
    public async Task Client_SendsSomething_IsNotHeardAndClosedWhenItIsTooMuch()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var feed = await OpenAsync(server);
        await feed.UntilAsync("activity");

        await feed.SendAsync(new string('x', 4096));
        await server.CreateAsync(http);
        await feed.UntilAsync("list");
        await feed.SendAsync(new string('x', 4097));

        Assert.Equal((WebSocketCloseStatus.MessageTooBig, "A message may have 4096 bytes."), await feed.CloseAsync());
        await server.UntilUsedAsync(Bound, 0);
    }

    [Fact]
    public async Task Feed_AskedForWithoutASocket_Is400()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };

        using var answer = await http.GetAsync("/ws-feed");

        Assert.Equal((400, "Expected a WebSocket request"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    private static Task<LiveSocket> OpenAsync(LiveServer server) => LiveSocket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws-feed"));

    /// <summary>Waits until both are told of a list with so many sessions behind a revision; the revision that both know then.</summary>
    private static async Task<long> RevisionAsync(LiveSocket one, LiveSocket other, int sessions, long after = 0)
    {
        var (first, second) = (await NextAsync(one, sessions, after), await NextAsync(other, sessions, after));
        while (first != second)
        {
            // One change may be told in two rounds: who was told of the earlier one only is told of the other too.
            (first, second) = first < second ? (await NextAsync(one, sessions, first), second) : (first, await NextAsync(other, sessions, second));
        }

        return first;
    }

    private static async Task<long> NextAsync(LiveSocket feed, int sessions, long after)
    {
        while (true)
        {
            var list = await feed.UntilAsync("list");
            if (list.GetProperty("revision").GetInt64() > after && list.GetProperty("sessions").GetInt32() == sessions)
            {
                return list.GetProperty("revision").GetInt64();
            }
        }
    }

    private static async Task UntilAsync(LiveSocket feed, string id, string? state)
    {
        while (true)
        {
            var sessions = (await feed.UntilAsync("activity")).GetProperty("sessions");
            if ((sessions.TryGetProperty(id, out JsonElement told) ? told.GetString() : null) == state)
            {
                return;
            }
        }
    }
}
