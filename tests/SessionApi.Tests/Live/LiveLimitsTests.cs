using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>What the server does when a limit is reached, seen from real sockets.</summary>
public sealed class LiveLimitsTests
{
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    [Fact]
    public async Task Connect_AsManySessionsAsMayBe_IsRefusedUntilOneLeaves()
    {
        await using var server = await LiveServer.StartAsync(("MaxSessions", 2));
        using var first = await server.JoinAsync("s1");
        using var second = await server.JoinAsync("s2");

        Assert.Equal((TryAgainLater, "too many live sessions"), await server.RefusalAsync("s3"));
        using (var again = await server.JoinAsync("s2"))
        {
            await again.LeaveAsync();
        }

        await first.LeaveAsync();
        await server.UntilUsedAsync("live.sessions", 1);
        using var third = await server.JoinAsync("s3");
        Assert.Equal(2, server.Used("live.sessions"));
    }

    [Fact]
    public async Task Connect_AsManySocketsAsMayBe_IsRefusedUntilOneLeaves()
    {
        await using var server = await LiveServer.StartAsync(("MaxSockets", 2));
        using var first = await server.JoinAsync("s1");
        using var second = await server.JoinAsync("s2");

        Assert.Equal((TryAgainLater, "too many sockets"), await server.RefusalAsync("s1"));
        Assert.Equal(2, server.Used("live.sockets"));

        await second.LeaveAsync();
        await server.UntilUsedAsync("live.sockets", 1);
        using var third = await server.JoinAsync("s3");
    }

    [Fact]
    public async Task Connect_AsManySocketsOfTheSessionAsMayBe_IsRefused()
    {
        await using var server = await LiveServer.StartAsync(("MaxSocketsPerSession", 2));
        using var first = await server.JoinAsync("s1");
        using var second = await server.JoinAsync("s1");

        Assert.Equal((TryAgainLater, "too many sockets of this session"), await server.RefusalAsync("S1"));
        using var other = await server.JoinAsync("s2");
        Assert.Equal((3, 2), (server.Used("live.sockets"), server.Used("live.sessions")));
    }

    [Fact]
    public async Task Changes_AsManyAsMayWait_AreRefusedUntilOneHasEnded()
    {
        await using var server = await LiveServer.StartAsync(("MaxTransitions", 2));
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var socket = await server.JoinAsync(id);
        var gate = new TaskCompletionSource();
        _ = server.Services.GetRequiredService<LiveSessionRegistry>().FindLive(id)!.Transitions.Add(() => gate.Task);

        await socket.SendAsync("""{"type":"set_permission_mode","mode":"plan"}"""); // waits
        await socket.SendAsync("""{"type":"set_permission_mode","mode":"acceptEdits"}""");
        var refused = await socket.UntilAsync("error");
        using var stop = await http.PostAsync(new Uri($"/api/sessions/{id}/agent/stop", UriKind.Relative), content: null);
        using var deletion = await http.DeleteAsync(new Uri($"/api/sessions/{id}", UriKind.Relative));
        using var deletions = await http.PostAsJsonAsync("/api/sessions/batch-delete", new { sessionIds = new[] { id } });
        await socket.SendAsync("""{"type":"user_message","content":"hello"}""");
        var full = await socket.UntilAsync("error");
        gate.SetResult();
        var changed = await socket.UntilAsync("permission_mode_changed");

        Assert.Equal("PERMISSION_MODE_CHANGE_FAILED", refused.GetProperty("code").GetString());
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (stop.StatusCode, deletion.StatusCode));
        var failure = (await deletions.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("failures")[0];
        Assert.Equal((id, "BUSY"), (failure.GetProperty("sessionId").GetString(), failure.GetProperty("code").GetString()));
        Assert.Equal("TURN_QUEUE_FULL", full.GetProperty("code").GetString());
        Assert.Equal("plan", changed.GetProperty("mode").GetString());
        await server.UntilUsedAsync("live.transitions", 0);
        using var later = await http.DeleteAsync(new Uri($"/api/sessions/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task Connect_WhileStopping_IsToldSo()
    {
        await using var server = await LiveServer.StartAsync();
        using var open = await server.JoinAsync("s1");

        server.Services.GetRequiredService<LiveSessionRegistry>().Stop();

        Assert.Equal(((WebSocketCloseStatus)1012, "service restart"), await open.CloseAsync());
        Assert.Equal(((WebSocketCloseStatus)1012, "service restart"), await server.RefusalAsync("s2"));
        await server.UntilUsedAsync("live.sockets", 0);
    }

    [Fact]
    public async Task Send_TooMuchWaitsForAll_TheSlowestIsClosedAndNobodyElse()
    {
        await using var server = await LiveServer.StartAsync(("MaxQueuedTotalBytes", 1024 * 1024), ("MaxMessageRate", 1_000_000));
        using var slow = await server.JoinAsync("slow");
        using var reading = await server.JoinAsync("reading");

        // Each is answered by a frame as large, which this client does not read: first the system's buffers fill, then its queue.
        var message = $$"""{"type":"{{new string('x', 60_000)}}"}""";
        var queued = server.Bounds.All.Single(bound => bound.Name == "live.queued_bytes");
        for (var i = 0; i < 400 && queued.Peak <= queued.Limit; i++)
        {
            await slow.SendAsync(message);
            await reading.SendAsync("""{"type":"ping"}""");
            await reading.UntilAsync("pong");
        }

        Assert.True(queued.Peak > queued.Limit);
        await server.UntilUsedAsync("live.sockets", 1); // it does not read its close either, and is cut
        await server.UntilUsedAsync("live.queued_bytes", 0);
        await reading.SendAsync("""{"type":"ping"}""");
        await reading.UntilAsync("pong");
    }

    [Fact]
    public async Task Receive_MoreThanTheRate_IsReadMoreSlowlyAndNothingIsLost()
    {
        await using var server = await LiveServer.StartAsync(("MaxMessageRate", 50), ("MaxMessageBurst", 10));
        using var socket = await server.JoinAsync("s1");
        var start = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < 40; i++)
        {
            await socket.SendAsync("""{"type":"ping"}""");
        }

        for (var i = 0; i < 40; i++)
        {
            await socket.UntilAsync("pong");
        }

        Assert.True(TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMilliseconds(500), "30 messages over the burst take 0.6 s at 50 a second");
    }
}
