using System.Diagnostics;

namespace Sidecar.Tests.FakeAgent;

public sealed class NumberedTests : AgentTest
{
    [Fact]
    public async Task Count_Plain_IsTheWholeAnswer()
    {
        var agent = Start();
        agent.SendUser("@count t 1 3");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("t#1 t#2 t#3 ", messages.StreamedText());
        Assert.Equal("t#1 t#2 t#3 ", (string?)messages[^1]["result"]);
    }

    [Fact]
    public async Task Count_Padded_RepeatsOnlyTheLastPieceInTheMessage()
    {
        var agent = Start();
        agent.SendUser("@count t 0 3 5");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("t#1 pppppt#2 pppppt#3 ", messages.StreamedText());
        Assert.Equal("t#3 ", (string?)messages[^1]["result"]);
    }

    [Fact]
    public async Task Stamp_Pieces_HaveTheTimeOfTheirWritingAndIdsOfTheirOwn()
    {
        var agent = Start();
        var before = Stopwatch.GetTimestamp();
        agent.SendUser("@stamp t 1 3");
        var messages = await agent.ReadUntilTypeAsync("result");
        var after = Stopwatch.GetTimestamp();

        var pieces = messages.Where(message => message.StreamedTextOf()?.Contains('@') == true).ToList();
        var times = pieces.Select(message => long.Parse(message.StreamedTextOf()!.TrimEnd().Split('@')[1], null)).ToList();
        Assert.Equal(["t#1", "t#2", "t#3"], pieces.Select(message => message.StreamedTextOf()!.Split('@')[0]));
        Assert.Equal(times.Order(), times);
        Assert.InRange(times[0], before, after);
        Assert.InRange(times[^1], before, after);
        Assert.Equal(3, pieces.Select(message => (string?)message["uuid"]).Distinct().Count());
    }
}
