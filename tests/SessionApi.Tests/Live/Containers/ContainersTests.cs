using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Live.Containers;

public sealed class ContainersTests
{
    // What these hold for as long as they live is no leak; that they do not outlive the session, the table says.
    private static readonly HashSet<string> Handles = ["LiveSessionLifetime._timer", "LiveSessionRegistry._pruning", "LiveConnection.socket"];

    [Fact]
    public void Fields_ThatCanGrow_AreAllKnown()
    {
        var found = ContainerFields.Reachable(
            typeof(LiveSession), typeof(LiveSessionRegistry), typeof(LiveSockets), typeof(LiveConnection), typeof(RetainedFrames));

        Assert.Empty(found.Except(KnownContainers.All.Keys)); // new: say in KnownContainers who releases and what bounds it
        Assert.Empty(KnownContainers.All.Keys.Except(found)); // gone: take them out there
    }

    [Fact]
    public async Task Session_FilledAndLeft_HoldsNothing()
    {
        await using var server = await LiveServer.StartAsync(
            ("DisconnectGrace", "00:00:05"), ("PermissionGrace", "00:00:01"), ("ControlTimeout", "00:01:00"), ("DeletedSessionsLifetime", "00:00:05"));
        using var http = new HttpClient { BaseAddress = server.Address };
        var registry = server.Services.GetRequiredService<LiveSessionRegistry>();
        var sockets = server.Services.GetRequiredService<LiveSockets>();
        var retained = server.Services.GetRequiredService<RetainedFrames>();
        var seenFull = new SortedSet<string>(StringComparer.Ordinal);
        var id = await CreateAsync(http, server.Folder);
        using var plain = await server.JoinAsync(id);
        using var resuming = await server.ConnectAsync(id, "?after=");
        var session = SessionOf(registry, id);

        await StopATurnAsync(server.Worker, id, resuming, () => AddFull(seenFull, session, session));
        await FillATurnAsync(server.Worker, id, resuming);
        await plain.UntilAsync("permission_request");
        AddFull(seenFull, session, session, registry, sockets, retained);
        var deleted = await CreateAsync(http, server.Folder);
        Assert.True((await http.DeleteAsync(new Uri($"/api/sessions/{deleted}", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        AddFull(seenFull, session, registry);

        await plain.LeaveAsync();
        await resuming.LeaveAsync();

        await server.UntilUsedAsync("live.sessions", 0);
        await server.UntilUsedAsync("live.sockets", 0);
        await server.UntilUsedAsync("live.deleted_sessions", 0);
        await WaitFor.True(() => Full(session, session, registry, sockets, retained).Count == 0, LiveSocket.Deadline, "empty containers");
        Assert.All(server.Bounds.All.Where(bound => bound.Name.StartsWith("live.", StringComparison.Ordinal)), bound => Assert.Equal((bound.Name, 0), (bound.Name, bound.Used)));
        // Of the others something may be seen too: a look can fall into the step, the send or the event for whose length it is there.
        Assert.Empty(KnownContainers.All.Where(known => known.Value.IsSeenFull).Select(known => known.Key).Except(seenFull));
    }

    /// <summary>A turn that is stopped: our request to the agent waits for its answer.</summary>
    private static async Task StopATurnAsync(AgentWorker worker, string id, LiveSocket client, Action look)
    {
        await client.SendAsync("""{"type":"user_message","id":"m1","content":"first"}""");
        await worker.InputAsync(input => IsUser(input, "first"));
        await client.SendAsync("""{"type":"stop_generation"}""");
        await worker.InputAsync(input => input.GetProperty("type").GetString() == "control_request");
        look();
        worker.Say(id, """{"type":"result","subtype":"success","is_error":false}""");
        await client.UntilAsync("message_complete");
    }

    /// <summary>A turn in the middle of everything: output, a whole tool use, half a tool use, a background task and a question.</summary>
    private static async Task FillATurnAsync(AgentWorker worker, string id, LiveSocket client)
    {
        await client.SendAsync("""{"type":"user_message","id":"m2","content":"second"}""");
        await worker.InputAsync(input => IsUser(input, "second"));
        worker.Say(id, """{"type":"assistant","uuid":"u1","message":{"id":"a1","content":[{"type":"tool_use","id":"t1","name":"Bash","input":{}}]}}""");
        worker.Say(id, """{"type":"stream_event","event":{"type":"message_start","message":{"id":"a2"}}}""");
        worker.Say(id, """{"type":"stream_event","event":{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t2","name":"Bash"}}}""");
        worker.Say(id, """{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}}""");
        worker.Say(id, """{"type":"system","subtype":"task_started","task_id":"b1"}""");
        worker.Say(
            id,
            """{"type":"system","subtype":"agent_run_message","run_agent_id":"a","stream_id":"s","target_agent_id":"a","event_kind":"message","message":{"type":"user"}}""");
        await client.SendAsync("""{"type":"stop_background_task","taskId":"b1"}""");
        var stop = (await worker.InputAsync(input => input.GetRawText().Contains("stop_task", StringComparison.Ordinal))).GetProperty("request_id");
        worker.Say(id, $$$"""{"type":"control_response","response":{"subtype":"error","request_id":{{{stop.GetRawText()}}},"error":"no"}}""");
        await client.UntilAsync("background_task_stop_failed");
        worker.Say(
            id,
            """{"type":"control_request","request_id":"r1","request":{"subtype":"can_use_tool","tool_name":"Bash","input":{"command":"ls"},"permission_suggestions":[{"type":"setMode"}]}}""");
        await client.UntilAsync("permission_request");
    }

    private static bool IsUser(JsonElement input, string text) =>
        input.GetProperty("type").GetString() == "user" && input.GetRawText().Contains(text, StringComparison.Ordinal);

    private static async Task<string> CreateAsync(HttpClient http, string folder)
    {
        using var response = await http.PostAsJsonAsync("/api/sessions", new { workDir = folder });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!;
    }

    private static LiveSession SessionOf(LiveSessionRegistry registry, string id) =>
        ((Dictionary<string, LiveSession>)typeof(LiveSessionRegistry).GetField("_sessions", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(registry)!)[id];

    private static void AddFull(SortedSet<string> seen, LiveSession session, params ReadOnlySpan<object> roots)
    {
        lock (session.Gate)
        {
            seen.UnionWith(ContainerContents.Full(roots));
        }
    }

    private static SortedSet<string> Full(LiveSession session, params ReadOnlySpan<object> roots)
    {
        lock (session.Gate)
        {
            var full = ContainerContents.Full(roots);
            full.ExceptWith(Handles);
            return full;
        }
    }
}
