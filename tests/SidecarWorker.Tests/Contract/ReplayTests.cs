using System.Net.ServerSentEvents;
using Sidecar.Contracts;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>Messages that come twice, over either link.</summary>
public sealed class ReplayTests
{
    private readonly Guid _session = Guid.NewGuid();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_SaidAgain_AreDroppedByTheirUuid(bool overSockets)
    {
        await using var worker = overSockets ? Worker.OverSockets() : new Worker();
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        await worker.SayAsync(_session, "@slow 0 1100\n@drop-socket 1000\n@no-uuid 3\n@drop-socket 1");

        var lines = (await feed.UntilResultAsync()).Where(item => item.EventType == AgentEventTypes.Line).ToList();
        await worker.SayAsync(_session, "next", "m2");
        var next = await feed.UntilResultAsync();

        var uuids = lines.Select(Uuid).OfType<string>().ToList();
        Assert.True(uuids.Count > 1100);
        Assert.Equal(uuids.Count, uuids.Distinct().Count());
        Assert.Equal(3, lines.Count(line => line.Data.Contains("the same ", StringComparison.Ordinal) && Uuid(line) is null));
        Assert.Single(lines, line => line.Data.Contains("\"isReplay\":true", StringComparison.Ordinal)); // ours, said once by the agent
        Assert.Contains("Echo: next", next[^1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Uuids_BeyondTheWindow_AreNewAgain()
    {
        await using var worker = Worker.OfSleepers(("RecentUuids", "100"));
        var (_, peer) = await worker.ConnectAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        for (var i = 0; i < 101; i++)
        {
            await peer.SendAsync($$"""{"type":"x","uuid":"u{{i}}"}""");
        }

        await peer.SendAsync("""{"type":"again","uuid":"u1"}""");
        await peer.SendAsync("""{"type":"again","uuid":"u0"}""");

        var items = await feed.UntilAsync(item => item.Data.Contains("again", StringComparison.Ordinal));
        Assert.Equal(102, items.Count(item => item.EventType == AgentEventTypes.Line));
        Assert.Equal("u0", Uuid(items[^1]));
        peer.Dispose();
    }

    private static string? Uuid(SseItem<string> item)
    {
        using var message = System.Text.Json.JsonDocument.Parse(item.Data);
        return message.RootElement.TryGetProperty("uuid", out var uuid) ? uuid.GetString() : null;
    }
}
