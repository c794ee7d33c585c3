using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>A stopped turn stays stopped, whatever its agent says afterwards, and the next one is not taken for it.</summary>
public abstract class StopFenceTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task Stop_AgentSpeaksOnAfterTheResult_ShowsNothingAsksNobodyAndTheNextTurnRuns()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@late-output\n@hang");
        await client.WaitForAsync("user_message_replay");

        await client.SendAsync("stop_generation");
        await client.WaitForAsync("message_complete");
        var next = await client.RunTurnAsync("next"); // the agent takes it when its late question was answered

        Assert.Equal("deny", Assert.Single(Sidecar.Agents.DecisionsOf(session)).GetProperty("behavior").GetString());
        Assert.Equal("Echo: next", next.AnswerText());
        Assert.DoesNotContain(client.Frames, frame => frame.Type is "error" or "permission_request" || frame.Text("text") == "late words");
        Assert.Equal(2, client.Frames.Count("message_complete"));
        Assert.Equal("idle", await client.TurnStateAsync());
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Stop_AMessageWaitsBehindTheTurn_ItRunsWhenTheTurnHasEnded()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@hang");
        await client.WaitForAsync("user_message_replay");

        await client.SendAsync("stop_generation");
        await client.SendUserAsync("queued");
        await client.WaitForAsync("message_complete");
        var queued = await client.UntilAsync("message_complete");

        Assert.Equal("Echo: queued", queued.AnswerText());
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.Equal("idle", await client.TurnStateAsync());
    }

    [Fact]
    public async Task Stop_AgentIsKilledWithAMessageBehindTheTurn_TheNextAgentGetsIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@hang-hard");
        await client.WaitForAsync("user_message_replay");

        await client.SendAsync("stop_generation");
        await client.SendUserAsync("queued");
        await client.WaitForAsync("message_complete");
        var queued = await client.UntilAsync("message_complete");

        Assert.Equal("Echo: queued", queued.AnswerText());
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.Equal([false, true], Sidecar.Agents.StartsOf(session).Select(start => start.Resume));
        Assert.Equal("idle", await client.TurnStateAsync());
    }

    [Fact]
    public async Task Stop_CommandFollows_ItsAnswerIsShown()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@hang");
        await client.WaitForAsync("user_message_replay");

        await client.SendAsync("stop_generation");
        await client.WaitForAsync("message_complete");
        var cost = await client.RunTurnAsync("/cost");

        Assert.Contains("cost", cost.AnswerText(), StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>The same with an agent that does not say which messages it takes.</summary>
public abstract class SilentAgentStopTests : OwnSystemTest
{
    [Fact]
    public async Task Stop_AgentDoesNotNameWhatItTakes_TheNextTurnIsShown()
    {
        var sidecar = await StartAsync(("FAKE_AGENT_NO_REPLAY", "1"));
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendUserAsync("@slow 50 200");
        await client.WaitForAsync(frame => frame.Text("text") == "w3 ", "w3");

        await client.SendAsync("stop_generation");
        await client.WaitForAsync("message_complete");
        var next = await client.RunTurnAsync("next");

        Assert.Equal("Echo: next", next.AnswerText());
        Assert.Equal("idle", await client.TurnStateAsync());
    }
}
