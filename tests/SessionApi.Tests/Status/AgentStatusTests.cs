using Sidecar.Contracts;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Status;

/// <summary>Which agents run, and the end of one.</summary>
public sealed class AgentStatusTests
{
    private static readonly DateTimeOffset Began = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Agents_OfTheWorker_AreThoseWithAProcessAndTheLargestFirst()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var renamed = await http.PatchAsync($"/api/sessions/{id}", HttpAnswers.Json("""{"title":"Fix it"}"""));
        server.Worker.Listed =
        [
            Session("small", AgentState.Stopping) with { MemoryBytes = 1000 },
            Session("gone", AgentState.Ended) with { MemoryBytes = 9000 },
            Session("unknown", AgentState.Running),
            Session(id, AgentState.Running) with { ProcessId = 7, Turn = AgentTurnState.Stalled, MemoryBytes = 2000, Processes = 3 },
        ];

        var answer = await http.GetJsonAsync("/api/status/agents");

        Assert.Equal(
            $$"""{"agents":[{"sessionId":"{{id}}","title":"Fix it","workDir":"/w","state":"running","turn":"stalled","pid":7,"memoryBytes":2000,"processes":3,"startedAt":"2026-05-01T12:00:00+00:00"},{"sessionId":"small","title":null,"workDir":"/w","state":"stopping","turn":null,"pid":null,"memoryBytes":1000,"processes":null,"startedAt":"2026-05-01T12:00:00+00:00"},{"sessionId":"unknown","title":null,"workDir":"/w","state":"running","turn":null,"pid":null,"memoryBytes":null,"processes":null,"startedAt":"2026-05-01T12:00:00+00:00"}],"workerReachable":true}""",
            answer.GetRawText());
    }

    [Fact]
    public async Task Agents_Many_AreCut()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        server.Worker.Listed = [.. Enumerable.Range(0, 600).Select(i => Session($"s{i}", AgentState.Running) with { MemoryBytes = i })];

        var agents = (await http.GetJsonAsync("/api/status/agents")).GetProperty("agents");

        Assert.Equal(500, agents.GetArrayLength());
        Assert.Equal("s599", agents[0].GetProperty("sessionId").GetString());
    }

    [Fact]
    public async Task Agents_WorkerIsDown_AreNone()
    {
        await using var server = new SessionServer(($"services:{WorkerContract.ServiceName}:http:0", "http://127.0.0.1:9"));
        using var client = server.CreateClient();

        Assert.Equal("""{"agents":[],"workerReachable":false}""", (await client.GetJsonAsync("/api/status/agents")).GetRawText());
    }

    [Fact]
    public async Task Stop_OfAnAgentAtWork_EndsItsTurnAndTheNextMessageStartsAnother()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var client = await server.JoinAsync(id);
        await client.SendAsync("""{"type":"user_message","content":"first"}""");
        await server.Worker.InputAsync(input => input.GetRawText().Contains("first", StringComparison.Ordinal));

        using var stopped = await http.PostAsync($"/api/sessions/{id}/agent/stop", content: null);
        await client.UntilAsync("message_complete");
        var starts = server.Worker.Starts;
        await client.SendAsync("""{"type":"user_message","content":"second"}""");
        await server.Worker.InputAsync(input => input.GetRawText().Contains("second", StringComparison.Ordinal));

        Assert.Equal("""{"ok":true}""", await stopped.Content.ReadAsStringAsync());
        Assert.Equal((1, 2), (starts, server.Worker.Starts));
    }

    [Fact]
    public async Task Stop_NothingToStop_IsOkForASessionAndElse404()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var watched = await server.JoinAsync("0194c0de-0000-7000-8000-00000000000a"); // a client alone makes no session

        using var idle = await http.PostAsync($"/api/sessions/{id}/agent/stop", content: null);
        using var unknown = await http.PostAsync("/api/sessions/0194c0de-0000-7000-8000-00000000000a/agent/stop", content: null);
        using var noId = await http.PostAsync("/api/sessions/..x/agent/stop", content: null);

        Assert.Equal("""{"ok":true}""", await idle.Content.ReadAsStringAsync());
        await unknown.ErrorAsync(404, "NOT_FOUND");
        await noId.ErrorAsync(404, "NOT_FOUND");
    }

    /// <summary>As after a restart, when the worker was asked before this process had taken its agents over.</summary>
    [Fact]
    public async Task Stop_OfAnAgentThatOnlyTheWorkerKnows_StopsIt()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        server.Worker.Listed = [Session(id, AgentState.Running), Session("0194c0de-0000-7000-8000-00000000000b", AgentState.Running)];

        using var listed = await http.PostAsync($"/api/sessions/{id}/agent/stop", content: null);
        using var withoutTranscript = await http.PostAsync("/api/sessions/0194c0de-0000-7000-8000-00000000000b/agent/stop", content: null);

        Assert.Equal("""{"ok":true}""", await listed.Content.ReadAsStringAsync());
        Assert.Equal("""{"ok":true}""", await withoutTranscript.Content.ReadAsStringAsync());
        Assert.Equal([id, "0194c0de-0000-7000-8000-00000000000b"], server.Worker.Stopped);
    }

    private static AgentSession Session(string id, AgentState state) => new()
    {
        SessionId = id,
        Epoch = "e",
        FirstSequence = 1,
        LastSequence = 1,
        LaunchSequence = 1,
        State = state,
        Launch = new AgentLaunch { LaunchId = "l", WorkDir = "/w" },
        StartedAt = Began,
    };
}
