using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Contracts;

namespace Sidecar.Tests.SidecarWorker.Contract;

public sealed class CommandTests
{
    private readonly Guid _session = Guid.NewGuid();

    [Fact]
    public async Task Start_SameLaunchTwice_IsOneProcess()
    {
        await using var worker = new Worker();

        var first = await worker.StartAsync(_session);
        var second = await worker.StartAsync(_session);

        Assert.Equal(first.ProcessId, second.ProcessId);
        await worker.HasLivingAsync(1);
        Assert.Equal(first.ProcessId, Assert.Single(worker.Living).Id);
        Assert.Equal((AgentState.Running, 1L, "run-1"), (second.State, second.LaunchSequence, second.Launch.LaunchId));
        Assert.Equal(first.SessionId, Assert.Single((await worker.ListAsync()).Sessions).SessionId);
    }

    [Fact]
    public async Task Start_ManyAtOnce_IsOneProcess()
    {
        await using var worker = new Worker();

        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => worker.StartAsync(_session)));

        Assert.Single(started.Select(session => session.ProcessId).Distinct());
        await worker.HasLivingAsync(1);
    }

    [Fact]
    public async Task Start_AnotherLaunchWhileOneRuns_IsRefused()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);

        var sentence = await worker.PostStartAsync(_session, worker.Launch("run-2")).RefusedAsync(409, WorkerErrors.AlreadyRunning);

        Assert.Contains("run-1", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AfterTheEnd_IsANewRunOfTheSameSequence()
    {
        await using var worker = new Worker();
        var first = await worker.StartAsync(_session);
        await worker.StopAsync(_session);

        var second = await worker.StartAsync(_session, "run-2");

        Assert.Equal(first.Epoch, second.Epoch);
        Assert.True(second.LaunchSequence > first.LaunchSequence);
        Assert.NotEqual(first.ProcessId, second.ProcessId);
    }

    /// <summary>A client starts the next run as soon as it reads of the end of the last.</summary>
    [Fact]
    public async Task Start_AsSoonAsTheEndIsRead_IsTaken()
    {
        await using var worker = new Worker { AgentEnvironment = { ["FAKE_AGENT_CRASH"] = "before-init" } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        for (var run = 1; run <= 10; run++)
        {
            Assert.Equal($"run-{run}", (await feed.ExitedAsync()).LaunchId);
            await worker.StartAsync(_session, $"run-{run + 1}");
        }
    }

    [Fact]
    public async Task Start_NoSuchProgram_IsRefusedWithTheSetting()
    {
        await using var worker = new Worker { Settings = { ["Command"] = "/no/such/cli" } };

        var sentence = await worker.PostStartAsync(_session, worker.Launch("run-1")).RefusedAsync(422, WorkerErrors.SpawnFailed);

        Assert.Contains("\"/no/such/cli\"", sentence, StringComparison.Ordinal);
        Assert.Contains("Sidecar:Agent:Command", sentence, StringComparison.Ordinal);
        Assert.Empty((await worker.ListAsync()).Sessions);
    }

    [Fact]
    public async Task Start_NoSuchWorkDir_IsRefused()
    {
        await using var worker = new Worker();

        var sentence = await worker.PostStartAsync(_session, worker.Launch("run-1") with { WorkDir = "/no/such/folder" })
            .RefusedAsync(422, WorkerErrors.WorkDirInvalid);

        Assert.Contains("/no/such/folder", sentence, StringComparison.Ordinal);
        await worker.StartAsync(_session); // the refusal has left nothing behind
    }

    [Fact]
    public async Task Start_AsManySessionsAsMayBe_IsRefusedUntilOneEnds()
    {
        await using var worker = new Worker { Settings = { ["MaxSessions"] = "2" } };
        var others = new[] { Guid.NewGuid(), Guid.NewGuid() };
        await worker.StartAsync(others[0]);
        await worker.StartAsync(others[1]);

        var sentence = await worker.PostStartAsync(_session, worker.Launch("run-1")).RefusedAsync(503, WorkerErrors.Unavailable);
        Assert.Contains("Sidecar:Agent:MaxSessions", sentence, StringComparison.Ordinal);

        await worker.StopAsync(others[0]);
        await worker.StartAsync(_session);
        Assert.Equal(
            new[] { others[1], _session }.Select(id => id.ToString()).Order(), (await worker.ListAsync()).Sessions.Select(s => s.SessionId).Order());
    }

    [Theory]
    [InlineData("POST", "not-a-uuid/start", """{"launchId":"a","workDir":"/"}""")]
    [InlineData("POST", "{0194c0de-0000-7000-8000-000000000001}/start", """{"launchId":"a","workDir":"/"}""")]
    [InlineData("POST", "not-a-uuid/input", """{"launchId":"a","messageId":"m","message":{}}""")]
    [InlineData("POST", "not-a-uuid/stop", "{}")]
    [InlineData("GET", "not-a-uuid/events", null)]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/start", """{"launchId":"a"}""")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/start", """{"launchId":"a","workDir":null}""")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/start", """{"launchId":null,"workDir":"/"}""")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/start", """{"launchId":"-a","workDir":"/"}""")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/start", "{")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/start", "null")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/input", """{"launchId":"a","messageId":"m","message":"x"}""")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/input", """{"launchId":"a","messageId":null,"message":{}}""")]
    [InlineData("POST", "0194c0de-0000-7000-8000-000000000001/input", """{"launchId":"a","messageId":"","message":{}}""")]
    public async Task Command_BadRequest_IsAProblem(string method, string path, string? body)
    {
        await using var worker = new Worker();
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/v1/sessions/{path}");
        request.Content = body is null ? null : Problems.Json(body);

        Assert.NotEqual("", await worker.Http.SendAsync(request).RefusedAsync(400, WorkerErrors.BadRequest));
    }

    [Fact]
    public async Task Command_UnknownSession_IsNotRunning()
    {
        await using var worker = new Worker();

        await worker.PostInputAsync(_session, "hi").RefusedAsync(404, WorkerErrors.NotRunning);
        await worker.Http.GetAsync($"/v1/sessions/{_session}/events").RefusedAsync(404, WorkerErrors.NotRunning);
        Assert.Equal(AgentStopLevel.None, (await worker.StopAsync(_session)).Level);
    }

    [Fact]
    public async Task Input_SameMessageTwice_IsWrittenOnce()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        await worker.SayAsync(_session, "one", "m1");
        await worker.SayAsync(_session, "one again", "m1");
        await worker.SayAsync(_session, "two", "m2");

        var items = await feed.UntilResultAsync();
        items.AddRange(await feed.UntilResultAsync());
        var taken = items.Where(item => item.EventType == AgentEventTypes.Input).Select(item => item.As(WorkerJson.Default.AgentInputTaken)).ToList();
        Assert.Equal(["m1", "m2"], taken.Select(input => input.MessageId));
        Assert.All(taken, input => Assert.Equal("user", input.Type));
        Assert.Contains("Echo: two", items[^1].Data, StringComparison.Ordinal);
        Assert.DoesNotContain(items, item => item.Data.Contains("one again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Input_ForAnotherRun_IsRefused()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);
        await worker.StopAsync(_session);
        await worker.PostInputAsync(_session, "late").RefusedAsync(404, WorkerErrors.NotRunning);
        await worker.StartAsync(_session, "run-2");

        await worker.PostInputAsync(_session, "late", launchId: "run-1").RefusedAsync(404, WorkerErrors.NotRunning);

        await worker.SayAsync(_session, "in time", launchId: "run-2");
    }

    [Fact]
    public async Task Input_AgentDoesNotRead_IsRefusedWithoutATrace()
    {
        await using var worker = new Worker
        {
            Settings = { ["Command"] = "/bin/sh", ["Arguments:0"] = "-c", ["Arguments:1"] = "exec sleep 600" },
        };
        await worker.StartAsync(_session);
        var text = new string('x', 100_000); // more than a pipe holds
        var taken = 0;
        HttpResponseMessage answer;
        while ((answer = await worker.PostInputAsync(_session, text, $"m{taken}")).StatusCode == HttpStatusCode.NoContent && taken < 100)
        {
            answer.Dispose();
            taken++;
        }

        var sentence = await Task.FromResult(answer).RefusedAsync(429, WorkerErrors.InputQueueFull);

        Assert.Contains("queue is full", sentence, StringComparison.Ordinal);
        Assert.InRange(taken, 64, 66);
        await worker.StopAsync(_session, force: true);
        await using var feed = await worker.OpenAsync(_session);
        var items = await feed.UntilAsync(item => item.EventType == AgentEventTypes.Exited);
        Assert.Equal(taken, items.Count(item => item.EventType == AgentEventTypes.Input));
    }
}
