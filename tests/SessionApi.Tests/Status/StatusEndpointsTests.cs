using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Sidecar.Contracts;
using Sidecar.Supervision.Ports;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Worker;

namespace Sidecar.Tests.SessionApi.Status;

public sealed class StatusEndpointsTests
{
    [Fact]
    public async Task Limits_OfBothServices_AreListedInOrder()
    {
        await using var worker = await WorkerAsync(context => context.Response.WriteAsync(
            """{"limits":[{"name":"agent.sessions","unit":"{session}","description":"Sessions.","used":3,"limit":256,"peak":4,"more":1},{"name":"agent.processes","unit":"{process}","description":"CLIs.","used":1,"limit":32,"peak":2}]}"""));
        await using var server = new Server(worker.Address, ("Sidecar:Live:MaxSockets", "7"));

        var answer = await server.CreateClient().GetJsonAsync("/api/status/limits");

        Assert.True(answer.GetProperty("workerReachable").GetBoolean());
        var limits = answer.GetProperty("limits").EnumerateArray().ToList();
        Assert.Equal(limits.Select(Name).Order(StringComparer.Ordinal), limits.Select(Name));
        Assert.Equal(
            """{"name":"live.sockets","service":"session-api","unit":"{socket}","description":"Open client sockets.","used":0,"limit":7,"peak":0}""",
            limits.Single(limit => Name(limit) == "session-api live.sockets").GetRawText());
        Assert.Equal(
            """{"name":"agent.sessions","service":"sidecar-worker","unit":"{session}","description":"Sessions.","used":3,"limit":256,"peak":4}""",
            limits[^1].GetRawText());
        Assert.Equal("GET /v1/limits", Assert.Single(worker.Requests).Request);
    }

    [Fact]
    public async Task Limits_WorkerKnowsNone_AreOurs()
    {
        await using var worker = await WorkerAsync(ScriptedWorker.Problem(404, "NOT_FOUND"));
        await using var server = new Server(worker.Address);

        await AssertOursAsync(server, reachable: true);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("no json")]
    public async Task Limits_WorkerAnswersOddly_AreOurs(string answer)
    {
        await using var worker = await WorkerAsync(context => context.Response.WriteAsync(answer));
        await using var server = new Server(worker.Address);

        await AssertOursAsync(server, reachable: true);
    }

    [Fact]
    public async Task Limits_WorkerIsDown_AreOurs()
    {
        await using var server = new Server($"http://127.0.0.1:{PortHolder.FindFree()}");

        await AssertOursAsync(server, reachable: false);
    }

    [Fact]
    public async Task Limits_WorkerHangs_AreOurs()
    {
        await using var worker = await WorkerAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        await using var server = new Server(worker.Address);

        await AssertOursAsync(server, reachable: false);
    }

    [Fact]
    public async Task Diagnostics_OfThisProcess_AreTold()
    {
        await using var server = new Server("http://127.0.0.1:1");

        var answer = await server.CreateClient().GetJsonAsync("/api/status/diagnostics");

        Assert.Equal(Environment.ProcessId, answer.GetProperty("pid").GetInt32());
        var memory = answer.GetProperty("memory");
        Assert.InRange(memory.GetProperty("managedBytes").GetInt64(), 1_000_000, memory.GetProperty("residentBytes").GetInt64());
        Assert.True(memory.GetProperty("committedBytes").GetInt64() >= 0);
        Assert.True(answer.GetProperty("threadPool").GetProperty("threads").GetInt32() > 0);
        Assert.True(answer.GetProperty("threadPool").GetProperty("queued").GetInt64() >= 0);
        Assert.True(answer.GetProperty("uptimeMs").GetInt64() > 0);
        Assert.Equal(memory.GetProperty("residentBytes").GetInt64(), memory.GetProperty("rss").GetInt64());
        Assert.Equal(memory.GetProperty("managedBytes").GetInt64(), memory.GetProperty("heapUsed").GetInt64());
        Assert.Equal(memory.GetProperty("committedBytes").GetInt64(), memory.GetProperty("heapTotal").GetInt64());
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (answer.GetProperty("nodeVersion").ValueKind, answer.GetProperty("bunVersion").ValueKind));
        Assert.NotEqual("", answer.GetProperty("platform").GetString());
        Assert.NotEqual("", answer.GetProperty("arch").GetString());
        Assert.NotEqual("", answer.GetProperty("configDir").GetString());
    }

    [Fact]
    public async Task User_OfAConfigDirectory_HasItsProjects()
    {
        await using var server = new SessionServer();
        Directory.CreateDirectory(Path.Combine(server.Home.Config, "projects", "-b"));
        Directory.CreateDirectory(Path.Combine(server.Home.Config, "projects", "-a"));

        var answer = await server.CreateClient().GetJsonAsync("/api/status/user");

        Assert.Equal($$"""{"configDir":"{{server.Home.Config}}","projects":["-a","-b"]}""", answer.GetRawText());
    }

    [Theory]
    [InlineData("/api/status")]
    [InlineData("/api/status/user")]
    [InlineData("/api/status/usage")]
    [InlineData("/api/status/diagnostics")]
    [InlineData("/api/status/agents")]
    [InlineData("/api/status/history")]
    [InlineData("/api/status/setup")]
    public async Task Status_AskedOtherThanByGet_Is405(string path)
    {
        await using var server = new SessionServer();

        using var answer = await server.CreateClient().PostAsync(new Uri(path, UriKind.Relative), HttpAnswers.Json("{}"), TestContext.Current.CancellationToken);

        await answer.ErrorAsync(405, "METHOD_NOT_ALLOWED");
    }

    [Fact]
    public async Task Usage_OfTheResultsThatPassed_IsAddedUp()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var id = await server.CreateAsync(http);
        using var client = await server.JoinAsync(id);
        var before = await http.GetJsonAsync("/api/status/usage");
        foreach (var (turn, cost) in new[] { ("one", "0.5"), ("two", "0.75") })
        {
            await client.SendAsync($$"""{"type":"user_message","content":"{{turn}}"}""");
            await server.Worker.InputAsync(input => input.GetRawText().Contains(turn, StringComparison.Ordinal));
            server.Worker.Say(
                id,
                $$$"""{"type":"result","subtype":"success","is_error":false,"usage":{"input_tokens":3,"output_tokens":4},"total_cost_usd":{{{cost}}}}""");
            await client.UntilAsync("message_complete");
        }

        Assert.Equal("""{"totalInputTokens":0,"totalOutputTokens":0,"totalCost":0}""", before.GetRawText());
        Assert.Equal("""{"totalInputTokens":6,"totalOutputTokens":8,"totalCost":0.75}""", (await http.GetJsonAsync("/api/status/usage")).GetRawText());
    }

    private static string Name(JsonElement limit) => $"{limit.GetProperty("service")} {limit.GetProperty("name")}";

    private static async Task AssertOursAsync(Server server, bool reachable)
    {
        var answer = await server.CreateClient().GetJsonAsync("/api/status/limits");

        Assert.Equal(reachable, answer.GetProperty("workerReachable").GetBoolean());
        Assert.All(answer.GetProperty("limits").EnumerateArray(), limit => Assert.Equal("session-api", limit.GetProperty("service").GetString()));
        Assert.NotEqual(0, answer.GetProperty("limits").GetArrayLength());
    }

    private static async Task<ScriptedWorker> WorkerAsync(Func<HttpContext, Task> answer)
    {
        var worker = await ScriptedWorker.StartAsync(context =>
        {
            context.Response.ContentType = "application/json";
            return answer(context);
        });
        worker.OnlyPath = "/v1/limits";
        return worker;
    }

    /// <summary>The session API with this worker.</summary>
    private sealed class Server(string worker, params (string Key, string Value)[] settings) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting($"services:{WorkerContract.ServiceName}:http:0", worker);
            foreach (var (key, value) in settings)
            {
                builder.UseSetting(key, value);
            }
        }
    }
}
