using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>A system with narrow limits for its agents.</summary>
public abstract class NarrowSystem(string link) : SystemFixture(
    link,
    ("Sidecar__Agent__MaxProcesses", "2"),
    ("Sidecar__Live__MaxOpenTurns", "2"),
    ("Sidecar__Agent__StallTimeout", "00:00:04"),
    ("Sidecar__Agent__InterruptGrace", "00:00:00.500"),
    ("Sidecar__Agent__Limits__HardMemoryBytes", "314572800"),
    ("Sidecar__Agent__Limits__MaxProcesses", "12"));

public sealed class NarrowStdioSystem() : NarrowSystem(Links.Stdio);

public sealed class NarrowSdkUrlSystem() : NarrowSystem(Links.SdkUrl);

/// <summary>What a client sees when the worker has to end an agent.</summary>
public abstract class AgentLimitTests(NarrowSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task UserMessage_MoreThanMayWait_IsRefusedAndTheOthersAreAnswered()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync("@slow 100 20");
        await client.WaitForAsync("content_delta");
        await client.SendUserAsync("second");
        await client.SendUserAsync("third");
        var error = await client.WaitForAsync("error");
        await client.WaitForAsync("message_complete");
        var second = await client.UntilAsync("message_complete");
        await client.PingAsync();

        Assert.Equal("TURN_QUEUE_FULL", error.Text("code"));
        Assert.Equal("Echo: second", second.AnswerText());
        Assert.DoesNotContain(client.Frames, frame => frame.Text("content") == "third");
    }

    [Fact]
    public async Task Turn_ThatStalls_IsWarnedOfInterruptedAndTheAgentGoesOn()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var stalled = await client.RunTurnAsync("@hang");
        var next = await client.RunTurnAsync("next");

        stalled.AssertOrder("system_notification", "error", "message_complete");
        Assert.Contains(stalled, frame => frame.Text("subtype") == "turn_stalled");
        Assert.Equal("CLI_STALLED", stalled.Only("error").Text("code"));
        Assert.Equal("Echo: next", next.AnswerText());
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Turn_ThatStallsForGood_IsEndedOnceAndTheNextMessageResumes()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var stalled = await client.RunTurnAsync("@hang-hard");
        var next = await client.RunTurnAsync("next");

        Assert.Equal("CLI_STALLED", stalled.Only("error").Text("code"));
        AssertResumed(session, next);
        Assert.Equal(2, client.Frames.Count("message_complete"));
    }

    [Fact]
    public async Task Agent_ThatLeaks_IsReplacedAndTheSessionContinues()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var leaked = await client.RunTurnAsync("@grow 500\n@hang-hard");
        var next = await client.RunTurnAsync("next");

        Assert.Equal("CLI_MEMORY_LIMIT", leaked.Only("error").Text("code"));
        Assert.Contains("300 MiB are allowed", leaked.Only("error").Text("message"), StringComparison.Ordinal);
        AssertResumed(session, next);
    }

    [Fact]
    public async Task Agent_ThatForksTooMuch_IsReplacedWithAllItStarted()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var forked = await client.RunTurnAsync(string.Concat(Enumerable.Repeat("@spawn plain\n@spawn setsid\n@spawn double-fork\n", 6)) + "@hang-hard");
        Assert.Equal(0, Sidecar.Sleepers);
        var next = await client.RunTurnAsync("next");

        Assert.Equal("CLI_PROCESS_LIMIT", forked.Only("error").Text("code"));
        AssertResumed(session, next);
    }

    [Fact]
    public async Task Message_WhenAllAgentsWork_IsRefusedClearly_AndWhenOneIsIdle_IsServedInItsPlace()
    {
        var (first, second, third) = (await Sidecar.CreateSessionAsync(), await Sidecar.CreateSessionAsync(), await Sidecar.CreateSessionAsync());
        await using var one = await Sidecar.ConnectAsync(first);
        await using var two = await Sidecar.ConnectAsync(second);
        await using var three = await Sidecar.ConnectAsync(third);
        const string Asks = """MOCK_TOOL {"tool":"Write","input":{}}""";
        await one.SendUserAsync(Asks);
        await one.WaitForAsync("permission_request");
        await two.SendUserAsync(Asks);
        await two.WaitForAsync("permission_request");

        await three.SendUserAsync("refused");
        var refused = await three.UntilAsync(frame => frame.IsStatus("idle"), "status idle");
        await one.SendAsync("stop_generation");
        await one.WaitForAsync("message_complete");
        var served = await three.RunTurnAsync("served");
        await two.SendAsync("stop_generation");
        await two.WaitForAsync("message_complete");
        var resumed = await one.RunTurnAsync("again");

        Assert.Equal("CLI_LIMIT_REACHED", refused[^2].Text("code"));
        Assert.Equal("Echo: served", served.AnswerText());
        Assert.Equal("Echo: again", resumed.AnswerText());
        Assert.Equal([false, true], Sidecar.Agents.StartsOf(first).Select(start => start.Resume));
    }

    private void AssertResumed(Session session, IReadOnlyList<LiveFrame> next)
    {
        Assert.Equal("Echo: next", next.AnswerText());
        Assert.DoesNotContain(next, frame => frame.Type == "error");
        Assert.Equal([false, true], Sidecar.Agents.StartsOf(session).Select(start => start.Resume));
    }
}
