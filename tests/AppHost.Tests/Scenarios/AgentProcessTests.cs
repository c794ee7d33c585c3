using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>When the agent's process starts, which one serves a turn, and how it ends.</summary>
public abstract class AgentProcessTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task Agent_DiesWithinATurn_IsToldOnceAndTheNextMessageResumes()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var died = await client.RunTurnAsync("@crash");
        var next = await client.RunTurnAsync("still there?");

        died.AssertOrder("content_start", "error", "message_complete");
        Assert.Contains("told to crash", died.Only("error").Text("message"), StringComparison.Ordinal);
        Assert.Contains("still there?", next.AnswerText(), StringComparison.Ordinal);
        Assert.DoesNotContain(next, frame => frame.Type == "error");
        Assert.Equal([false, true], Sidecar.Agents.StartsOf(session).Select(start => start.Resume));
    }

    [Theory]
    [InlineData("trigger api error")]
    [InlineData("trigger api error and exit")]
    public async Task ModelApi_RefusesAndTheSameIsSaidAgain_IsShownOnce(string prompt)
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.RunTurnAsync(prompt);
        await client.RunTurnAsync("next");

        Assert.Contains("Prompt is too long", client.Frames.Only("error").Text("message"), StringComparison.Ordinal);
        Assert.Equal(2, client.Frames.Count("message_complete"));
    }

    [Fact]
    public async Task Agent_SaysInitOnlyWithTheFirstMessage_ServesIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendAsync("prewarm_session");
        await Sidecar.Agents.StartedAsync(session);
        var frames = await client.RunTurnAsync("hello");

        frames.AssertOrder("system_notification", "user_message_replay", "content_delta", "message_complete");
    }

    [Fact]
    public async Task Prewarm_ThenAMessage_IsServedByTheSameProcess()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendAsync("prewarm_session");
        var prewarmed = await Sidecar.Agents.StartedAsync(session);
        Assert.Empty(Sidecar.Agents.InputsOf(session));
        await client.RunTurnAsync("hello");

        Assert.Equal(prewarmed.Id, Assert.Single(Sidecar.Agents.StartsOf(session)).ProcessId);
        Assert.True(ProcFs.Exists(prewarmed));
    }

    [Fact]
    public async Task Prewarm_AndMessagesInOneBurst_ServesThemAllByOneProcess()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendAsync("prewarm_session");
        await client.SendUserAsync("one");
        await client.SendAsync("prewarm_session");
        await client.SendUserAsync("two");
        await client.WaitForAsync(frame => frame.Text("text") == "two", "the answer to the second message");
        await client.WaitForAsync("message_complete");

        Assert.Single(Sidecar.Agents.StartsOf(session));
        Assert.Contains("Echo: one", client.Frames.AnswerText(), StringComparison.Ordinal);
        Assert.Equal("idle", await client.TurnStateAsync());
    }

    [Fact]
    public async Task Stop_HangingTurn_IsIdleAtOnceAndKeepsTheProcess()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync("@hang");
        await client.WaitForAsync("user_message_replay");
        await client.SendAsync("stop_generation");
        var frames = await client.UntilAsync("message_complete");
        await client.RunTurnAsync("next");

        Assert.Contains(frames, frame => frame.IsStatus("idle"));
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Stop_AgentThatDoesNotListen_IsKilledAndTheNextMessageResumes()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync("@hang-hard");
        await client.WaitForAsync("user_message_replay");
        var agent = await Sidecar.Agents.StartedAsync(session);
        var stopped = TimeProvider.System.GetTimestamp();
        await client.SendAsync("stop_generation");
        await client.WaitForAsync(frame => frame.IsStatus("idle"), "status idle");
        Assert.True(ProcFs.Exists(agent), "Idle is shown at once, before the agent is killed.");
        await client.WaitForAsync("message_complete");
        var patience = TimeProvider.System.GetElapsedTime(stopped); // 1 s as set; 10 s would be that of another wait
        Assert.InRange(patience, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
        var next = await client.RunTurnAsync("next");

        Assert.False(ProcFs.Exists(agent));
        Assert.Contains("next", next.AnswerText(), StringComparison.Ordinal);
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.Equal([false, true], Sidecar.Agents.StartsOf(session).Select(start => start.Resume));
    }

    [Fact]
    public async Task WorkDir_IsGone_IsToldAndTheSocketStaysOpen()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        Directory.Delete(session.WorkDir);

        await client.SendUserAsync("hello");
        var frames = await client.UntilAsync(frame => frame.IsStatus("idle"), "status idle");
        await client.PingAsync();

        Assert.Equal("WORKDIR_INVALID", frames[^2].Text("code"));
        Assert.Contains(session.WorkDir, frames[^2].Text("message"), StringComparison.Ordinal);
        Assert.Equal("idle", await client.TurnStateAsync());
        Assert.Empty(Sidecar.Agents.StartsOf(session));
    }
}
