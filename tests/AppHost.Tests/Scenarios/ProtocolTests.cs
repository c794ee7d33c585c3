using System.Net;
using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>The protocol scenarios that every client relies on, from the first turn to the return after a pause.</summary>
public abstract class ProtocolTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task FirstTurn_AfterARuntimeWasChosen_StreamsAndCompletes()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "current"));
        var frames = await client.RunTurnAsync("hello agent flow");

        frames.AssertOrder("content_start", "content_delta", "message_complete");
        Assert.Contains("hello agent flow", frames.AnswerText(), StringComparison.Ordinal);
        Assert.DoesNotContain(frames, frame => frame.Type == "error");
        Assert.Equal("connected", client.Frames[0].Type);
        Assert.Equal(session.Id, client.Frames[0].Text("sessionId"));
    }

    [Fact]
    public async Task Permission_Allowed_WritesTheFileAfterTheAnswerAndNotBefore()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync(Prompts.Write(session.File("allowed.txt"), "written"));
        var before = await client.UntilAsync("permission_request");
        Assert.False(File.Exists(session.File("allowed.txt")));
        await client.AnswerAsync(before[^1], allowed: true, rule: "agent-flow");
        var after = await client.UntilAsync("message_complete");

        Assert.Equal("Write", before[^1].Text("toolName"));
        LiveFrame[] all = [.. before, .. after];
        all.AssertOrder("content_start", "permission_request", "tool_result", "message_complete");
        Assert.False(all.Only("tool_result")["isError"].GetBoolean());
        Assert.Equal("written", await File.ReadAllTextAsync(session.File("allowed.txt")));
    }

    [Fact]
    public async Task Permission_Denied_EndsTheTurnWithoutTheFile()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync(Prompts.Write(session.File("denied.txt"), "written"));
        await client.AnswerAsync(await client.WaitForAsync("permission_request"), allowed: false);
        var frames = await client.UntilAsync("message_complete");

        Assert.True(frames.Only("tool_result")["isError"].GetBoolean());
        Assert.False(File.Exists(session.File("denied.txt")));
    }

    [Fact]
    public async Task Tool_Fails_TellsTheExitCodeAndEndsTheTurn()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync(Prompts.FailingCommand("cat nothing"));
        await client.AnswerAsync(await client.WaitForAsync("permission_request"), allowed: true);
        var frames = await client.UntilAsync("message_complete");

        Assert.True(frames.Only("tool_result")["isError"].GetBoolean());
        Assert.Contains("exit", frames.Only("tool_result")["content"].GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelApi_Refuses_IsToldAndTheNextTurnStreams()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var failed = await client.RunTurnAsync("trigger api error");
        var next = await client.RunTurnAsync("and again");

        Assert.Contains("Prompt is too long", failed.Only("error").Text("message"), StringComparison.Ordinal);
        next.AssertOrder("content_start", "content_delta", "message_complete");
        Assert.DoesNotContain(next, frame => frame.Type == "error");
    }

    [Fact]
    public async Task Stop_WhileAPermissionIsAsked_AnswersTheStateAtOnce()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync(Prompts.Write(session.File("stopped.txt"), "written"));
        var asked = await client.WaitForAsync("permission_request");
        await client.SendAsync("stop_generation");

        Assert.Contains(await client.TurnStateAsync(), new[] { "running", "idle" });
        if (client.Frames.All(frame => frame.Type != "message_complete"))
        {
            await client.WaitForAsync("message_complete"); // else the turn had ended before the state was asked for
        }

        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.Equal("idle", await client.TurnStateAsync());
        Assert.Equal(asked.Text("requestId"), client.Frames.Only("permission_resolved").Text("requestId"));
        Assert.False(File.Exists(session.File("stopped.txt")));
    }

    [Fact]
    public async Task Permission_ClientComesBack_IsAskedAgainAndCompletesTheTurn()
    {
        var session = await Sidecar.CreateSessionAsync();
        LiveFrame asked;
        await using (var first = await Sidecar.ConnectAsync(session))
        {
            await first.SendUserAsync(Prompts.Write(session.File("late.txt"), "written"));
            asked = await first.WaitForAsync("permission_request");
            await first.LeaveAsync();
        }

        await using var second = await Sidecar.ConnectAsync(session);
        var replayed = second.Frames.Only("permission_request");
        await second.AnswerAsync(replayed, allowed: true);
        var frames = await second.UntilAsync("message_complete");

        Assert.Equal(asked.ToString(), replayed.ToString());
        var snapshot = second.Frames.Only("permission_requests_snapshot");
        Assert.Equal(asked.Text("requestId"), Assert.Single(snapshot["toolRequestIds"].EnumerateArray()).GetString());
        Assert.True(snapshot["turnActive"].GetBoolean());
        Assert.False(frames.Only("tool_result")["isError"].GetBoolean());
        Assert.Equal("written", await File.ReadAllTextAsync(session.File("late.txt")));
    }

    [Fact]
    public async Task Session_ClientComesBackAfterATurn_IsListedAndReadableAndGoesOn()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using (var first = await Sidecar.ConnectAsync(session))
        {
            await first.RunTurnAsync("remember me");
            await first.LeaveAsync();
        }

        Assert.Single(Sidecar.TranscriptsOf(session));
        var list = await Sidecar.GetAsync("/api/sessions");
        Assert.Contains(list.GetProperty("sessions").EnumerateArray(), entry => entry.GetProperty("id").GetString() == session.Id);
        using var messages = await Sidecar.Http.GetAsync(new Uri($"/api/sessions/{session.Id}/messages", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, messages.StatusCode);
        await using var second = await Sidecar.ConnectAsync(session);
        Assert.Equal("idle", await second.TurnStateAsync());
        Assert.Contains("me again", (await second.RunTurnAsync("me again")).AnswerText(), StringComparison.Ordinal);
        Assert.Equal(["Echo: remember me", "Echo: me again"], await Sidecar.AssistantTextsAsync(session));
    }
}
