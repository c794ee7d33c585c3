using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Sidecar.Contracts;
using Sidecar.Supervision.Ports;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Worker;

namespace Sidecar.Tests.SessionApi.Sidecars;

public sealed class SidecarEndpointsTests
{
    private static readonly SidecarStatus Web = new()
    {
        Name = "web",
        State = SidecarState.Healthy,
        Since = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Command = "node",
        Pid = 42,
        Port = 4000,
        ProbeLatencyMs = 1.5,
        MemoryBytes = 1000,
        Processes = 2,
        Restarts = new SidecarRestarts(3, 1),
        LastFailure = new SidecarFailure("it hangs", new DateTimeOffset(2026, 1, 2, 3, 4, 4, TimeSpan.Zero), ["last line"]),
    };

    [Fact]
    public async Task List_OfTheWorker_IsPassedOn()
    {
        await using var worker = await WorkerAsync(context =>
            context.Response.WriteAsJsonAsync(new SidecarList([Web]), WorkerJson.Default.SidecarList));
        await using var server = new Server(worker.Address);

        var list = await server.CreateClient().GetJsonAsync("/api/sidecars");

        Assert.Equal(
            """
            {"sidecars":[{"name":"web","state":"healthy","since":"2026-01-02T03:04:05+00:00","command":"node","pid":42,"port":4000,"probeLatencyMs":1.5,"memoryBytes":1000,"processes":2,"restarts":{"total":3,"inWindow":1},"lastFailure":{"reason":"it hangs","at":"2026-01-02T03:04:04+00:00","lastOutput":["last line"]}}]}
            """,
            list.GetRawText());
        Assert.Equal("GET /v1/sidecars", Assert.Single(worker.Requests).Request);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("stop")]
    [InlineData("restart")]
    [InlineData("reset")]
    public async Task Command_ForASidecar_IsPassedOnWithAKey(string command)
    {
        string? key = null;
        await using var worker = await WorkerAsync(context =>
        {
            key = context.Request.Headers[WorkerContract.IdempotencyKey];
            return context.Response.WriteAsJsonAsync(Web, WorkerJson.Default.SidecarStatus);
        });
        await using var server = new Server(worker.Address);

        using var response = await server.CreateClient().PostAsync($"/api/sidecars/web/{command}", null);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Web.Pid, (await response.Content.ReadFromJsonAsync(WorkerJson.Default.SidecarStatus))!.Pid);
        Assert.Equal($"POST /v1/sidecars/web/{command}", Assert.Single(worker.Requests).Request);
        Assert.NotEqual("", key ?? "");
    }

    [Theory]
    [InlineData(404, WorkerErrors.UnknownSidecar)]
    [InlineData(409, WorkerErrors.SidecarDisabled)]
    public async Task Command_Refused_SaysWhatTheWorkerSaid(int status, string error)
    {
        await using var worker = await WorkerAsync(ScriptedWorker.Problem(status, error));
        await using var server = new Server(worker.Address);

        using var response = await server.CreateClient().PostAsync("/api/sidecars/web/start", null);

        Assert.Equal("why", await response.ErrorAsync(status, error));
    }

    [Fact]
    public async Task Command_Unknown_IsNoPath()
    {
        await using var server = new Server("http://127.0.0.1:1");

        using var response = await server.CreateClient().PostAsync("/api/sidecars/web/explode", null);

        await response.ErrorAsync(404, "NOT_FOUND");
    }

    [Fact]
    public async Task List_WorkerDoesNotAnswer_IsUnavailable()
    {
        await using var server = new Server($"http://127.0.0.1:{PortHolder.FindFree()}");

        using var response = await server.CreateClient().GetAsync("/api/sidecars");

        Assert.StartsWith("The worker does not answer: ", await response.ErrorAsync(503, WorkerErrors.Unavailable), StringComparison.Ordinal);
    }

    private static async Task<ScriptedWorker> WorkerAsync(Func<HttpContext, Task> answer)
    {
        var worker = await ScriptedWorker.StartAsync(answer);
        worker.OnlyPath = WorkerContract.Sidecars;
        return worker;
    }

    /// <summary>The session API with this worker.</summary>
    private sealed class Server(string worker) : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) =>
            builder.UseSetting($"services:{WorkerContract.ServiceName}:http:0", worker);
    }
}
