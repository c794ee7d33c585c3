using System.Net;
using System.Net.WebSockets;
using Sidecar.Contracts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>Agents that connect to the worker: who may, what passes, and what a broken socket costs.</summary>
public sealed class SdkLinkTests
{
    private readonly Guid _session = Guid.NewGuid();

    [Fact]
    public async Task Turn_OverASocket_IsThatOfStandardInputAndOutput()
    {
        await using var worker = Worker.OverSockets();
        var started = await worker.StartAsync(_session);
        await worker.SayAsync(_session, "hello");
        await using var feed = await worker.OpenAsync(_session);

        var items = await feed.UntilResultAsync();
        var stopped = await worker.StopAsync(_session);
        var exited = await feed.ExitedAsync();

        Assert.Equal(AgentState.Running, started.State);
        Assert.Equal(AgentEventTypes.Started, items[0].EventType);
        Assert.Contains("Echo: hello", items[^1].Data, StringComparison.Ordinal);
        Assert.Equal(AgentStopLevel.InputClosed, stopped.Level);
        Assert.Equal((0, true), (exited.ExitCode, exited.Requested));
        Assert.Empty(worker.Living);
    }

    [Fact]
    public async Task Connect_WithoutTheTokenOfTheRun_IsRefusedBeforeTheUpgrade()
    {
        await using var worker = Worker.OfSleepers();
        var (url, peer) = await worker.ConnectAsync(_session);
        using var connected = peer;
        var token = url.Query["?token=".Length..];

        Assert.True(token.Length >= 32);
        Assert.Equal(HttpStatusCode.Forbidden, await SdkPeer.RefusedAsync(new Uri(url, "?")));
        Assert.Equal(HttpStatusCode.Forbidden, await SdkPeer.RefusedAsync(new Uri(url, "?token=")));
        Assert.Equal(HttpStatusCode.Forbidden, await SdkPeer.RefusedAsync(new Uri(url, $"?token={token[1..]}x")));
        Assert.Equal(HttpStatusCode.Forbidden, await SdkPeer.RefusedAsync(new Uri(url, $"/sdk/{Guid.NewGuid()}?token={token}")));
        Assert.Equal(HttpStatusCode.Forbidden, await SdkPeer.RefusedAsync(new Uri(url, $"/sdk/x?token={token}")));
        await worker.Http.GetAsync($"/sdk/{_session}?token=x").RefusedAsync(403, WorkerErrors.SdkTokenInvalid);
        await worker.Http.GetAsync(url.PathAndQuery).RefusedAsync(400, WorkerErrors.BadRequest);
    }

    [Fact]
    public async Task Connect_WithTheTokenOfAnEarlierRun_IsRefused()
    {
        await using var worker = Worker.OfSleepers();
        var (before, first) = await worker.ConnectAsync(_session);
        first.Dispose();
        await worker.StopAsync(_session, force: true);
        Assert.Equal(HttpStatusCode.Forbidden, await SdkPeer.RefusedAsync(before));

        var (_, second) = await worker.ConnectAsync(_session, "run-2");

        Assert.Equal(HttpStatusCode.Forbidden, await SdkPeer.RefusedAsync(before));
        second.Dispose();
    }

    [Fact]
    public async Task Socket_ThatOutlivesItsRun_IsClosedAndNotHeard()
    {
        await using var worker = Worker.OfSleepers();
        var (_, stale) = await worker.ConnectAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        TestSignals.Kill(ProcFs.Find((await worker.ListAsync()).Sessions.Single().ProcessId!.Value)!.Value);
        var closed = await stale.ClosedAsync();
        await stale.SendAsync("""{"type":"system","subtype":"late"}""");
        await worker.HasEndedAsync(_session);
        var (_, fresh) = await worker.ConnectAsync(_session, "run-2");
        await fresh.SendAsync("""{"type":"system","subtype":"in time"}""");

        var items = await feed.UntilAsync(item => item.EventType == AgentEventTypes.Line);
        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "Stale SDK token"), closed);
        Assert.Contains("in time", items[^1].Data, StringComparison.Ordinal);
        stale.Dispose();
        fresh.Dispose();
    }

    [Fact]
    public async Task Socket_ASecondWithTheToken_TakesThePlaceOfTheFirst()
    {
        await using var worker = Worker.OfSleepers();
        var (url, first) = await worker.ConnectAsync(_session);
        using var second = await SdkPeer.ConnectAsync(url);

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, (await first.ClosedAsync()).Status);
        first.Cut();
        await worker.SayAsync(_session, "to the second");

        Assert.Contains("to the second", await second.ReceiveAsync(), StringComparison.Ordinal);
        await using var feed = await worker.OpenAsync(_session);
        await second.SendAsync("""{"from":"the second"}""");
        Assert.Equal("""{"from":"the second"}""", (await feed.UntilAsync(item => item.EventType == AgentEventTypes.Line))[^1].Data);
    }

    [Fact]
    public async Task Input_BeforeTheSocket_IsBoundedAndComesInOrder()
    {
        await using var worker = Worker.OfSleepers();
        var started = TimeProvider.System.GetTimestamp();
        await worker.StartAsync(_session);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(20)); // it lives, so it has started
        var taken = 0;
        HttpResponseMessage answer;
        while ((answer = await worker.PostInputAsync(_session, $"number {taken}.", $"m{taken}")).StatusCode == HttpStatusCode.NoContent && taken < 100)
        {
            answer.Dispose();
            taken++;
        }

        await Task.FromResult(answer).RefusedAsync(429, WorkerErrors.InputQueueFull);
        Assert.InRange(taken, 64, 65);
        using var peer = await SdkPeer.ConnectAsync(await worker.SdkUrlAsync(_session));

        for (var i = 0; i < taken; i++)
        {
            var frame = (await peer.ReceiveAsync())!;
            Assert.Contains($"number {i}.", frame, StringComparison.Ordinal);
            Assert.EndsWith("}\n", frame, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Input_WhenTheSocketDrops_WaitsForTheNextAndIsSentAgainIfItWasBeingWritten()
    {
        await using var worker = Worker.OfSleepers();
        var (url, first) = await worker.ConnectAsync(_session);
        await worker.SayAsync(_session, "seen", "m0");
        Assert.Contains("seen", await first.ReceiveAsync(), StringComparison.Ordinal);
        // Far more than the line holds, and nobody reads: the first of them is being written.
        await worker.SayAsync(_session, new string('a', 20_000_000), "m1");
        await worker.SayAsync(_session, "the one after", "m2");
        first.Cut();

        using var second = await SdkPeer.ConnectAsync(url);
        var frame = await second.ReceiveAsync();
        if (frame!.Contains("seen", StringComparison.Ordinal))
        {
            frame = await second.ReceiveAsync(); // nobody can know what of the last moment has arrived: the CLI drops what it has seen
        }

        Assert.Contains("aaaa", frame, StringComparison.Ordinal);
        Assert.Contains("the one after", await second.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(AgentState.Running, (await worker.ListAsync()).Sessions.Single().State);
    }

    [Fact]
    public async Task Frames_WithSeveralLinesOrNone_AreMessages()
    {
        await using var worker = Worker.OfSleepers();
        var (_, peer) = await worker.ConnectAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        await peer.SendAsync("{\"n\":1}\n{\"n\":2}\n\n{\"n\":3}");
        await peer.SendAsync("");
        await peer.SendAsync("{\"n\":");
        await peer.SendAsync("{\"n\"", endOfMessage: false);
        await peer.SendAsync(":4}");

        var items = await feed.UntilAsync(item => item.Data == "{\"n\":4}");
        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}"], items.Where(item => item.EventType == AgentEventTypes.Line).Select(item => item.Data));
        Assert.Equal("not-json", items.Single(item => item.EventType == AgentEventTypes.Noise).As(WorkerJson.Default.AgentNoise).Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task Line_TooLong_IsReportedAndClosesTheSocketOnce()
    {
        await using var worker = Worker.OfSleepers(("MaxLineBytes", "65536"));
        var (url, first) = await worker.ConnectAsync(_session);
        await using var feed = await worker.OpenAsync(_session);
        var tooLong = $$"""{"text":"{{new string('x', 300_000)}}"}""";

        await first.SendAsync(tooLong);
        var closed = await first.ClosedAsync();
        using var second = await SdkPeer.ConnectAsync(url);
        await second.SendAsync(tooLong + "\n{\"n\":1}");

        var items = await feed.UntilAsync(item => item.EventType == AgentEventTypes.Line);
        await worker.SayAsync(_session, "still there");
        Assert.Contains("still there", await second.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, closed.Status);
        Assert.Equal("{\"n\":1}", items[^1].Data);
        Assert.Equal(["too-long", "too-long"], items.Where(item => item.EventType == AgentEventTypes.Noise).Select(item => item.As(WorkerJson.Default.AgentNoise).Reason));
    }

    [Fact]
    public async Task Stop_OfAnAgentThatListens_ClosesItsSocket()
    {
        await using var worker = Worker.OfSleepers(("CloseGrace", "00:00:00.100"));
        var (_, peer) = await worker.ConnectAsync(_session);

        var stopped = worker.StopAsync(_session);

        Assert.Equal(WebSocketCloseStatus.NormalClosure, (await peer.ClosedAsync()).Status);
        Assert.Equal(AgentStopLevel.Terminated, (await stopped).Level);
        peer.Dispose();
    }

    [Fact]
    public async Task Start_OfAnAgentThatEndsBeforeItConnects_IsToldByItsEnd()
    {
        await using var worker = Worker.OverSockets(("Command", "/bin/sh"), ("Arguments:0", "-c"), ("Arguments:1", "echo \"I am $0 $*\" >&2; exit 7"));
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        var exited = await feed.ExitedAsync();

        Assert.Equal((7, false), (exited.ExitCode, exited.Requested));
        var line = Assert.Single(exited.LastOutput);
        Assert.Contains($"/sdk/{_session}?token=[redacted] --enable-auth-status", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StandardOutput_BesideTheSocket_IsKeptForTheEndAndBounded()
    {
        await using var worker = Worker.OverSockets(
            ("Command", "/bin/sh"), ("Arguments:0", "-c"), ("Arguments:1", "i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo \"{\\\"n\\\":$i}\"; done; head -c 1000000 /dev/zero; exit 1"));
        await worker.StartAsync(_session);
        await using var feed = await worker.OpenAsync(_session);

        var items = await feed.UntilAsync(item => item.EventType == AgentEventTypes.Exited);

        Assert.Equal(2, items.Count); // started and exited: none of it was a message
        var kept = items[^1].As(WorkerJson.Default.AgentExited).LastOutput;
        Assert.InRange(kept.Count, 40, 80);
        Assert.Contains("{\"n\":500}", kept);
        Assert.True(kept.Sum(line => line.Length) < 64 * 1024);
    }
}
