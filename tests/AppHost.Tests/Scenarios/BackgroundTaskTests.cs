using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>What the agent runs beside its turns, and how it is stopped.</summary>
public abstract class BackgroundTaskTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task StopTask_ThatRuns_EndsIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("@background-task build local_bash");
        Assert.Equal(["build"], await TasksAsync(client));

        await client.SendAsync("stop_background_task", ("taskId", "build"));
        await client.WaitForAsync(frame => frame.Text("subtype") == "task_notification", "task_notification");

        Assert.Empty(await TasksAsync(client));
        Assert.DoesNotContain(client.Frames, frame => frame.Type is "error" or "background_task_stop_failed");
    }

    [Theory]
    [InlineData("stuck", "Task stuck cannot be stopped")]
    [InlineData("silent", "The agent did not answer \"stop_task\" within 3 s.")]
    public async Task StopTask_ThatDoesNotEnd_IsToldNowAndToWhoComesLater(string task, string why)
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync($"@background-task {task} local_bash");

        await client.SendAsync("stop_background_task", ("taskId", task));
        var failed = await client.WaitForAsync("background_task_stop_failed");
        await using var second = await Sidecar.ConnectAsync(session);
        await second.PingAsync();

        Assert.Equal((task, why), (failed.Text("taskId"), failed.Text("message")));
        second.Frames.AssertOrder("connected", "permission_requests_snapshot", "background_task_stop_failed", "pong");
        Assert.Equal(failed.ToString(), second.Frames.Only("background_task_stop_failed").ToString());
    }

    [Fact]
    public async Task StopTask_AfterItsAgentHasEnded_IsForgotten()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("@background-task stuck local_bash");
        await client.SendAsync("stop_background_task", ("taskId", "stuck"));
        await client.WaitForAsync("background_task_stop_failed");

        await client.RunTurnAsync("@crash");
        await using var second = await Sidecar.ConnectAsync(session);
        await second.PingAsync();

        Assert.Equal(0, second.Frames.Count("background_task_stop_failed"));
        Assert.Empty(await TasksAsync(second));
    }

    [Fact]
    public async Task StopTask_WithoutAnAgent_IsToldAndNotRemembered()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendAsync("stop_background_task", ("taskId", "t"));
        var failed = await client.WaitForAsync("background_task_stop_failed");
        await client.SendAsync("stop_background_task");
        var wrong = await client.WaitForAsync("error");

        Assert.Equal("The agent is not running.", failed.Text("message"));
        Assert.Equal("PARSE_ERROR", wrong.Text("code"));
    }

    [Fact]
    public async Task Stop_Turn_StopsItsAgentsAndLeavesOtherTasks()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@background-task server local_bash\n@background-task helper local_agent\n@hang");
        await client.WaitForAsync(frame => frame.Text("subtype") == "task_started" && frame["data"].GetProperty("task_id").GetString() == "helper", "helper");

        await client.SendAsync("stop_generation");
        await client.WaitForAsync(frame => frame.Text("subtype") == "task_notification", "task_notification");
        if (client.Frames.All(frame => frame.Type != "message_complete"))
        {
            await client.WaitForAsync("message_complete");
        }

        Assert.Equal(["server"], await TasksAsync(client));
        var stopped = Sidecar.Agents.InputsOf(session)
            .Where(input => input.GetProperty("type").GetString() == "control_request")
            .Select(input => input.GetProperty("request"))
            .Where(request => request.GetProperty("subtype").GetString() == "stop_task");
        Assert.Equal("helper", Assert.Single(stopped).GetProperty("task_id").GetString());
    }

    private static async Task<IReadOnlyList<string?>> TasksAsync(LiveClient client)
    {
        await client.SendAsync("sync_state");
        var state = await client.WaitForAsync("session_state");
        return [.. state["activeBackgroundTaskIds"].EnumerateArray().Select(id => id.GetString())];
    }
}
