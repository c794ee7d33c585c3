namespace Sidecar.Tests.FakeAgent;

public sealed class TranscriptTests : AgentTest
{
    [Fact]
    public async Task Transcript_AfterATurn_HasTheMessagesOfTheTurnUnderTheirUuids()
    {
        var agent = Start();
        var uuid = agent.SendUser("hello");
        var messages = await agent.ReadUntilTypeAsync("result");
        var lines = Messages.ReadTranscript(ConfigRoot, SessionId);

        Assert.Equal("queue-operation", lines[0].Kind());
        var user = lines.Single(l => l.Kind() == "user");
        Assert.Equal(uuid, (string?)user["uuid"]);
        var assistants = lines.Where(l => l.Kind() == "assistant").ToList();
        Assert.Equal(messages.Where(m => m.Kind() == "assistant").Select(m => (string?)m["uuid"]), assistants.Select(l => (string?)l["uuid"]));
        Assert.Equal([uuid, (string?)assistants[0]["uuid"]], assistants.Select(l => (string?)l["parentUuid"]));
        Assert.All(assistants, l => Assert.True(l.IndexOf("type") > l.IndexOf("message")));
        Assert.Contains(lines, l => l.Kind() == "api-request-blob" && (string?)l["message"]!["role"] == "user");
    }

    [Fact]
    public async Task Transcript_WithADelay_GetsTheAnswerAfterTheResult()
    {
        var agent = Start(("FAKE_AGENT_TRANSCRIPT_DELAY_MS", "1000"));
        agent.SendUser("hello");
        await agent.ReadUntilTypeAsync("result");
        Assert.Single(Messages.ReadTranscript(ConfigRoot, SessionId), l => l.Kind() == "assistant");

        agent.CloseInput();
        Assert.Equal(0, await agent.ExitAsync());
        Assert.Equal(2, Messages.ReadTranscript(ConfigRoot, SessionId).Count(l => l.Kind() == "assistant"));
    }

    [Fact]
    public async Task Resume_OfAConversation_AppendsToItsChain()
    {
        var first = Start();
        first.SendUser("one");
        await first.ReadUntilTypeAsync("result");
        first.CloseInput();
        Assert.Equal(0, await first.ExitAsync());
        var before = Messages.ReadTranscript(ConfigRoot, SessionId);

        var second = Start(resume: true, []);
        var uuid = second.SendUser("two");
        await second.ReadUntilTypeAsync("result");

        var after = Messages.ReadTranscript(ConfigRoot, SessionId);
        Assert.Equal(before.Select(l => l.ToJsonString()), after.Take(before.Count).Select(l => l.ToJsonString()));
        Assert.Equal((string?)before[^1]["uuid"], (string?)after.Single(l => (string?)l["uuid"] == uuid)["parentUuid"]);
    }
}
