using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>What happens to agents when nobody is connected any more.</summary>
public abstract class ClientLeavesTests(ShortGraceSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task Client_LeavesAPrewarmedAgent_ItIsReclaimed()
    {
        await EndedIdleAgentAsync();
    }

    [Fact]
    public async Task Client_LeavesWithinATurn_ItGoesOnPastTheGraceAndStreamsToWhoComesBack()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using (var first = await Sidecar.ConnectAsync(session))
        {
            await first.SendUserAsync("@slow 50 200");
            await first.WaitForAsync(frame => frame.Text("text") == "w3 ", "w3");
            await first.LeaveAsync();
        }

        await EndedIdleAgentAsync(); // which was left later: the grace has passed for both
        await using var second = await Sidecar.ConnectAsync(session);
        var frames = await second.UntilAsync("message_complete");

        Assert.True(second.Frames.Only("permission_requests_snapshot")["turnActive"].GetBoolean());
        var pieces = frames.TextPieces().ToList();
        Assert.NotEmpty(pieces);
        Assert.Equal(Enumerable.Range(201 - pieces.Count, pieces.Count).Select(i => $"w{i} "), pieces);
        Assert.Single(Sidecar.Agents.StartsOf(session));
        Assert.Equal([string.Concat(Enumerable.Range(1, 200).Select(i => $"w{i} "))], await Sidecar.AssistantTextsAsync(session));
    }

    [Fact]
    public async Task Client_LeavesWithinATurnThatEndsMeanwhile_FindsItIdleAndWhole()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using (var first = await Sidecar.ConnectAsync(session))
        {
            await first.SendUserAsync("@slow 50 30");
            await first.WaitForAsync(frame => frame.Text("text") == "w3 ", "w3");
            await first.LeaveAsync();
        }

        await AgentLog.EndedAsync(await Sidecar.Agents.StartedAsync(session)); // the turn first, then the grace
        await using var second = await Sidecar.ConnectAsync(session);

        Assert.Equal("idle", await second.TurnStateAsync());
        Assert.False(second.Frames.Only("permission_requests_snapshot")["turnActive"].GetBoolean());
        Assert.Equal([string.Concat(Enumerable.Range(1, 30).Select(i => $"w{i} "))], await Sidecar.AssistantTextsAsync(session));
        Assert.DoesNotContain(second.Frames, frame => frame.Type == "content_delta");
    }

    [Theory]
    [InlineData("")]
    [InlineData("@late-permission 500\n")]
    public async Task Permission_NobodyIsThereToAnswer_EndsTheAgentAndTheNextMessageWorks(string directive)
    {
        var session = await Sidecar.CreateSessionAsync();
        await using (var first = await Sidecar.ConnectAsync(session))
        {
            await first.SendUserAsync(directive + Prompts.Write(session.File("never.txt"), "written"));
            await first.WaitForAsync(directive.Length == 0 ? "permission_request" : "tool_use_complete");
            await first.LeaveAsync();
        }

        await AgentLog.EndedAsync(await Sidecar.Agents.StartedAsync(session));
        await IdleAsync(session);
        await using var second = await Sidecar.ConnectAsync(session);
        var next = await second.RunTurnAsync("next");

        Assert.Empty(second.Frames.Only("permission_requests_snapshot")["toolRequestIds"].EnumerateArray());
        Assert.False(second.Frames.Only("permission_requests_snapshot")["turnActive"].GetBoolean());
        Assert.Contains($"{session.Id}: the agent is stopped because a permission prompt waited too long", Sidecar.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(session.File("never.txt")));
        Assert.Contains("next", next.AnswerText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_LeavesAnAgentThatSaysItWorks_ItIsKeptPastTheGrace()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using (var first = await Sidecar.ConnectAsync(session))
        {
            await first.RunTurnAsync("@busy 9000\nhello");
            await first.LeaveAsync();
        }

        var agent = await Sidecar.Agents.StartedAsync(session);
        await EndedIdleAgentAsync(); // which was left later: the grace has passed for both
        Assert.True(ProcFs.Exists(agent));
        await AgentLog.EndedAsync(agent); // the work first, then the grace
    }

    [Fact]
    public async Task Client_LeavesATaskInTheBackground_ItIsKeptPastTheGrace()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using (var first = await Sidecar.ConnectAsync(session))
        {
            await first.RunTurnAsync("@background-task build local_bash\nhello");
            await first.LeaveAsync();
        }

        await EndedIdleAgentAsync(); // which was left later: the grace has passed for both

        Assert.True(ProcFs.Exists(await Sidecar.Agents.StartedAsync(session)));
        await using var second = await Sidecar.ConnectAsync(session);
        await second.SendAsync("sync_state");
        Assert.Equal(["build"], (await second.WaitForAsync("session_state"))["activeBackgroundTaskIds"].EnumerateArray().Select(id => id.GetString()));
    }

    /// <summary>Waits until the end of the agent's process has reached the session.</summary>
    private Task IdleAsync(Session session) => WaitFor.True(
        async () =>
        {
            await using var probe = await Sidecar.ConnectAsync(session);
            return !probe.Frames.Only("permission_requests_snapshot")["turnActive"].GetBoolean();
        },
        TimeSpan.FromSeconds(15),
        "the end of the turn");

    /// <summary>An agent is started ahead, left alone, and ended because nobody came back.</summary>
    private async Task EndedIdleAgentAsync()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendAsync("prewarm_session");
        var agent = await Sidecar.Agents.StartedAsync(session);
        await client.LeaveAsync();
        await AgentLog.EndedAsync(agent);
        Assert.True(!ProcFs.Exists(agent));
    }
}
