using System.Net;
using Microsoft.AspNetCore.Http;
using Sidecar.Contracts;
using Sidecar.SessionApi.Worker;
using Sidecar.Tests.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Worker;

public sealed class WorkerClientTests
{
    private static readonly AgentLaunch Launch = new() { LaunchId = "run-1", WorkDir = "/" };

    [Fact]
    public async Task Command_Refused_SaysWhatTheWorkerSaid()
    {
        await using var worker = await ScriptedWorker.StartAsync(ScriptedWorker.Problem(409, WorkerErrors.AlreadyRunning));

        var failure = await FailsAsync(() => worker.Client.StartAsync(ScriptedWorker.Session, Launch, CancellationToken.None));

        Assert.Equal((HttpStatusCode.Conflict, WorkerErrors.AlreadyRunning, "why"), (failure.Status, failure.Error, failure.Message));
    }

    [Theory]
    [InlineData("text/plain", "oops")]
    [InlineData("application/problem+json", "{\"title\":")]
    [InlineData("application/problem+json", "null")]
    public async Task Command_RefusedByWhoeverElse_IsUnavailable(string contentType, string body)
    {
        await using var worker = await ScriptedWorker.StartAsync(context =>
        {
            context.Response.StatusCode = 502;
            context.Response.ContentType = contentType;
            return context.Response.WriteAsync(body);
        });

        var failure = await FailsAsync(() => worker.Client.ListAsync(CancellationToken.None));

        Assert.Equal((HttpStatusCode.BadGateway, WorkerErrors.Unavailable), (failure.Status, failure.Error));
        Assert.Equal("The worker answered 502.", failure.Message);
    }

    [Fact]
    public async Task Command_LineCutInTheAnswer_IsUnavailable()
    {
        await using var worker = await ScriptedWorker.StartAsync(ScriptedWorker.Cut("{\"workerId\":", "application/json"));

        var failure = await FailsAsync(() => worker.Client.ListAsync(CancellationToken.None));

        Assert.Equal(WorkerErrors.Unavailable, failure.Error);
    }

    [Fact]
    public async Task Command_NobodyListens_IsUnavailable()
    {
        var client = new WorkerClient(new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Sidecar.Supervision.Ports.PortHolder.FindFree()}") });

        var failure = await FailsAsync(() => client.StopAsync(ScriptedWorker.Session, new AgentStopRequest(), CancellationToken.None));

        Assert.Null(failure.Status);
        Assert.Equal(WorkerErrors.Unavailable, failure.Error);
    }

    [Fact]
    public async Task Write_AMessage_IsSentWithItsIds()
    {
        var body = "";
        await using var worker = await ScriptedWorker.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            body = await reader.ReadToEndAsync();
            context.Response.StatusCode = 204;
        });
        var input = new AgentInput { MessageId = "m1", LaunchId = "run-1", Message = JsonFrames.Parse("""{"type":"user"}""") };

        await worker.Client.WriteAsync(ScriptedWorker.Session, input, CancellationToken.None);

        Assert.Equal("""{"messageId":"m1","launchId":"run-1","message":{"type":"user"}}""", body);
        Assert.Equal($"POST /v1/sessions/{ScriptedWorker.Session}/input", Assert.Single(worker.Requests).Request);
    }

    [Fact]
    public async Task Command_Cancelled_IsCancelled()
    {
        await using var worker = await ScriptedWorker.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.Client.ListAsync(new CancellationToken(canceled: true)));
    }

    private static Task<WorkerFailedException> FailsAsync(Func<Task> command) => Assert.ThrowsAsync<WorkerFailedException>(command);
}
