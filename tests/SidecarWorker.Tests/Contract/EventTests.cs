using Sidecar.Contracts;

namespace Sidecar.Tests.SidecarWorker.Contract;

public sealed class EventTests
{
    private readonly Guid _session = Guid.NewGuid();

    [Fact]
    public async Task Events_OfATurn_AreNumberedFromTheStart()
    {
        await using var worker = new Worker();
        var session = await worker.StartAsync(_session);
        await worker.SayAsync(_session, "hello");
        await using var feed = await worker.OpenAsync(_session);

        var items = await feed.UntilResultAsync();

        Assert.Equal(Enumerable.Range(1, items.Count).Select(n => new AgentEventId(session.Epoch, n)), items.Select(item => item.Id()));
        Assert.Equal(new AgentStarted("run-1", session.ProcessId!.Value), items[0].As(WorkerJson.Default.AgentStarted));
        Assert.Equal(AgentEventTypes.Started, items[0].EventType);
        Assert.Contains(items, item => item.EventType == AgentEventTypes.Input);
        Assert.Contains("Echo: hello", items[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_AfterAnId_GoOnThere()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);
        await worker.SayAsync(_session, "hello");
        List<System.Net.ServerSentEvents.SseItem<string>> all;
        await using (var feed = await worker.OpenAsync(_session))
        {
            all = await feed.UntilResultAsync();
        }

        await using var resumed = await worker.OpenAsync(_session, all[4].EventId);
        var rest = await resumed.UntilResultAsync();
        await using var atTheEnd = await worker.OpenAsync(_session, rest[^1].EventId);
        await worker.StopAsync(_session);

        Assert.Equal(all[5..].Select(item => (item.EventId, item.Data)), rest.Select(item => (item.EventId, item.Data)));
        Assert.Equal(rest[^1].Id().Sequence + 1, (await atTheEnd.NextAsync())!.Value.Id().Sequence);
    }

    [Fact]
    public async Task Events_AfterAnIdThatHasLeft_BeginWithAGap()
    {
        await using var worker = new Worker { Settings = { ["RetainedBytes"] = "65536" } };
        var session = await worker.StartAsync(_session);
        await worker.SayAsync(_session, "@flood 500\n@crash");
        await worker.HasEndedAsync(_session);

        await using var feed = await worker.OpenAsync(_session, $"{session.Epoch}.1");

        var first = (await feed.NextAsync())!.Value;
        var second = (await feed.NextAsync())!.Value;
        Assert.Equal(AgentEventTypes.Gap, first.EventType);
        var gap = first.As(WorkerJson.Default.AgentGap);
        Assert.Equal(new AgentGap($"{session.Epoch}.1", session.Epoch, gap.FirstSequence), gap);
        Assert.InRange(gap.FirstSequence, 400, 600);
        Assert.Equal(gap.FirstSequence, second.Id().Sequence);
        await feed.ExitedAsync();
    }

    [Theory]
    [InlineData("0123456789abcdef.1")]
    [InlineData("no id at all")]
    [InlineData("{epoch}.999999")]
    [InlineData("{epoch}.-1")]
    [InlineData(".1")]
    public async Task Events_AfterAnIdThatIsNotOurs_BeginWithAGap(string lastEventId)
    {
        await using var worker = new Worker();
        var session = await worker.StartAsync(_session);
        lastEventId = lastEventId.Replace("{epoch}", session.Epoch, StringComparison.Ordinal);

        await using var feed = await worker.OpenAsync(_session, lastEventId);

        var gap = (await feed.NextAsync())!.Value;
        Assert.Equal(AgentEventTypes.Gap, gap.EventType);
        Assert.Equal(new AgentGap(lastEventId, session.Epoch, 1), gap.As(WorkerJson.Default.AgentGap));
        Assert.Equal(AgentEventTypes.Started, (await feed.NextAsync())!.Value.EventType);
    }

    [Fact]
    public async Task Exited_AgentCrashes_HasItsCodeAndLastOutput()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@crash-before-answer");

        var exited = await feed.ExitedAsync();

        Assert.Equal((3, false), (exited.ExitCode, exited.Requested));
        Assert.Contains("FakeAgent", Assert.Single(exited.LastOutput), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exited_AgentEndsAtItsStart_HasWhatItSaid()
    {
        await using var worker = new Worker { AgentEnvironment = { ["FAKE_AGENT_LOGIN"] = "1" } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        var exited = await feed.ExitedAsync();

        Assert.Equal((1, false), (exited.ExitCode, exited.Requested));
        Assert.Equal(["Invalid API key · Please run /login"], exited.LastOutput);
    }

    [Fact]
    public async Task Exited_GrandchildHoldsThePipes_StillComes()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        await worker.SayAsync(_session, "@hold-pipes\n@crash-before-answer");

        Assert.Equal(3, (await feed.ExitedAsync()).ExitCode);
        Assert.Empty(worker.Living);
    }

    [Fact]
    public async Task Lines_BrokenOnes_AreNoiseOrRepairedAndTheTurnGoesOn()
    {
        await using var worker = new Worker();
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        await worker.SayAsync(_session, "@noise\n@cut-line\n@two-on-a-line\n@invalid-utf8\n@lone-surrogate\n@unknown\nhello");

        var items = await feed.UntilResultAsync();
        var noise = items.Where(item => item.EventType == AgentEventTypes.Noise).Select(item => item.As(WorkerJson.Default.AgentNoise)).ToList();
        Assert.Equal(["not-json", "not-json"], noise.Select(n => n.Reason));
        Assert.All(noise, n => Assert.Equal(n.Bytes, n.Text.Length));
        var lines = items.Where(item => item.EventType == AgentEventTypes.Line).Select(item => item.Data).ToList();
        Assert.Contains(lines, line => line.Contains("first on the line", StringComparison.Ordinal) && !line.Contains("second on the line", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("second on the line", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\uFFFD(", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("\\ud800", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("message_of_tomorrow", StringComparison.Ordinal));
        Assert.Contains("Echo: hello", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_OverTheLimit_AreReportedWithTheirLength()
    {
        await using var worker = new Worker { Settings = { ["MaxLineBytes"] = "65536" } };
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        await worker.SayAsync(_session, "@huge 300000\nhello");

        var items = await feed.UntilResultAsync();
        var noise = Assert.Single(items, item => item.EventType == AgentEventTypes.Noise).As(WorkerJson.Default.AgentNoise);
        Assert.Equal("too-long", noise.Reason);
        Assert.InRange(noise.Bytes, 300_000, 310_000);
        Assert.InRange(noise.Text.Length, 100, 2048);
    }
}
