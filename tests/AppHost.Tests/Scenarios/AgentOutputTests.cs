using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Much, odd and broken output. That every frame is JSON text is checked by the client.</summary>
public abstract class AgentOutputTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Theory]
    [InlineData("@two-on-a-line", "first on the line second on the line ")]
    [InlineData("@cut-line", "Echo: the rest")]
    [InlineData("@invalid-utf8", "before \uFFFD( after ")]
    [InlineData("@lone-surrogate", "Echo")]
    [InlineData("@noise", "Echo: the rest")]
    [InlineData("@unknown", "Echo: the rest")]
    public async Task Output_ThatIsOdd_CostsNoMoreThanItself(string directive, string text)
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync($"{directive}\nthe rest");
        var next = await client.RunTurnAsync("next");

        Assert.Contains(text, frames.AnswerText(), StringComparison.Ordinal);
        Assert.EndsWith("the rest", frames.AnswerText(), StringComparison.Ordinal);
        Assert.Equal("Echo: next", next.AnswerText());
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
    }

    [Fact]
    public async Task Output_OneHugeMessage_ArrivesWhole()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync("@huge 5000000\nthe rest");

        Assert.Contains(frames.TextPieces(), piece => piece.Length == 5_000_000 && piece.All(c => c == 'h'));
        Assert.EndsWith("the rest", frames.AnswerText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_Flood_ArrivesWholeAndInOrder()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync("@flood 5000\nthe rest");

        var pieces = frames.TextPieces().ToList();
        var filling = new string('f', 1024);
        Assert.Equal(["Echo", .. Enumerable.Repeat(filling, 5000), ": ", "the rest"], pieces);
    }

    [Fact]
    public async Task Output_ManyPieces_ArriveInOrder()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync("@slow 0 3000");

        Assert.Equal(Enumerable.Range(1, 3000).Select(i => $"w{i} "), frames.TextPieces());
    }

    /// <summary>A CLI that has come back repeats itself: who has seen a message must not see it again, nor miss what follows.</summary>
    [Fact]
    public async Task Output_RepeatedByAnAgentThatCameBack_IsShownOnce()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("before");

        var frames = await client.RunTurnAsync("@slow 0 1200\n@drop-socket 1000\n@slow 0 3\n@drop-socket 1\n@no-uuid 2\nthe rest");
        var next = await client.RunTurnAsync("next");

        string[] words = [.. Enumerable.Range(1, 1200).Select(i => $"w{i} "), "w1 ", "w2 ", "w3 "];
        Assert.Equal(["Echo", .. words, "the same ", "the same ", ": ", "the rest"], frames.TextPieces());
        Assert.Equal("Echo: next", next.AnswerText());
        Assert.Equal(3, client.Frames.Count("message_complete"));
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Subagent_ItsToolUses_AreNamedByTheToolUseThatStartedIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync("@subagent");

        var agent = Assert.Single(frames, frame => frame.Type == "tool_use_complete" && frame.Text("toolName") == "Agent");
        var parent = agent.Text("toolUseId");
        var read = Assert.Single(frames, frame => frame.Type == "tool_use_complete" && frame.Text("toolName") == "Read");
        Assert.Equal($"{parent}/{read.Text("originalToolUseId")}", read.Text("toolUseId"));
        Assert.Equal(parent, read.Text("parentToolUseId"));
        Assert.False(agent.Json.TryGetProperty("parentToolUseId", out _));
        Assert.Equal([read.Text("toolUseId"), parent], frames.Where(frame => frame.Type == "tool_result").Select(frame => frame.Text("toolUseId")));
    }
}
