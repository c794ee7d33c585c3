using System.Net.WebSockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sidecar.SessionApi.Live;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class LiveConnectionTests
{
    [Fact]
    public async Task Send_ManyFrames_ArriveInOrderBeforeTheClose()
    {
        await using var server = await SocketServer.StartAsync();
        for (var i = 0; i < 2000; i++)
        {
            server.Connection.Send(Bytes($"frame {i}"));
        }

        server.Connection.Close(WebSocketCloseStatus.NormalClosure, "session deleted");
        server.Connection.Send(Bytes("too late"));

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"frame {i}"), await server.ReceiveAllAsync());
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "session deleted"), (server.Client.CloseStatus, server.Client.CloseStatusDescription));
        await server.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await server.Handled;
    }

    [Fact]
    public async Task Send_FromPauseToPause_ReachesTheClient()
    {
        await using var server = await SocketServer.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            server.Connection.Send(Bytes($"{i}"));
            Assert.Equal($"{i}", await server.ReceiveAsync());
        }
    }

    [Theory]
    [InlineData(true, """{"type":"resync","reason":"slow consumer"}""")]
    [InlineData(false, "the true state")]
    public async Task Send_ClientDoesNotRead_TellsItAndClosesItWith1013(bool resumable, string marker)
    {
        await using var server = await SocketServer.StartAsync(new LiveOptions { MaxQueuedBytes = 64 * 1024 }, resumable: resumable);
        server.Connection.State = () => Bytes("the true state");
        var frame = new string('x', 60_000);
        for (var i = 0; i < 500; i++)
        {
            server.Connection.Send(Bytes(frame));
        }

        var received = await server.ReceiveAllAsync();

        Assert.InRange(received.Count, 1, 499);
        Assert.All(received.SkipLast(1), text => Assert.Equal(frame, text));
        Assert.Equal(marker, received[^1]);
        Assert.Equal((WebSocketCloseStatus)1013, server.Client.CloseStatus);
        Assert.Equal("slow consumer", server.Client.CloseStatusDescription);
        Assert.Equal(0, server.Parts.Bounds.QueuedBytes.Used);
    }

    [Fact]
    public async Task Send_OneFrameLargerThanTheQueue_ReachesAClientThatReads()
    {
        await using var server = await SocketServer.StartAsync(new LiveOptions { MaxQueuedBytes = 64 * 1024 });
        var large = new string('x', 5_000_000);

        server.Connection.Send(Bytes(large));
        server.Connection.Send(Bytes("after"));

        Assert.Equal(large, await server.ReceiveAsync());
        Assert.Equal("after", await server.ReceiveAsync());
    }

    [Fact]
    public async Task Send_ClientVanishesInTheMiddle_GivesBackWhatWaited()
    {
        await using var server = await SocketServer.StartAsync();
        for (var i = 0; i < 200; i++)
        {
            server.Connection.Send(Bytes(new string('x', 60_000)));
        }

        server.Client.Abort();

        await server.Handled;
        await WaitFor.True(() => server.Parts.Bounds.QueuedBytes.Used == 0, SocketServer.Deadline, "nothing to wait");
        Assert.NotEqual(0, server.Parts.Bounds.QueuedBytes.Peak);
    }

    [Fact]
    public async Task Receive_MessagesWholeAndInParts_ArriveInOrder()
    {
        await using var server = await SocketServer.StartAsync();
        var large = new string('y', 300_000);

        await server.SendAsync("one");
        await server.SendAsync("t", endOfMessage: false);
        await server.SendAsync("wo");
        await server.SendAsync(large);
        await server.SendAsync("");
        await server.SendAsync("end");

        await WaitFor.True(() => server.Received.Count == 5, SocketServer.Deadline, "five messages");
        Assert.Equal(["one", "two", large, "", "end"], server.Received);
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(8_000_000)]
    public async Task Receive_TooBig_ClosesWith1009(int length)
    {
        await using var server = await SocketServer.StartAsync(new LiveOptions { MaxMessageBytes = 1024 });
        await server.SendAsync(new string('x', 1024));

        await server.SendAsync(new string('x', length));

        Assert.Null(await server.ReceiveAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, server.Client.CloseStatus);
        Assert.Contains("1024 bytes", server.Client.CloseStatusDescription, StringComparison.Ordinal);
        await server.Client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await server.Handled;
        Assert.Equal([1024], server.Received.Select(text => text.Length));
    }

    [Fact]
    public async Task Close_ByTheClient_IsAnswered()
    {
        await using var server = await SocketServer.StartAsync();

        await server.Client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None).WaitAsync(SocketServer.Deadline, TimeProvider.System);

        Assert.Equal(WebSocketState.Closed, server.Client.State);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, server.Client.CloseStatus);
        await server.Handled;
    }

    [Fact]
    public async Task Close_ClientJustVanishes_EndsTheConnection()
    {
        await using var server = await SocketServer.StartAsync();

        server.Client.Abort();

        await server.Handled;
        server.Connection.Send(Bytes("nobody there"));
    }

    [Fact]
    public async Task Close_ClientDoesNotAnswer_IsCutAfterAWhile()
    {
        var time = new FakeTimeProvider();
        await using var server = await SocketServer.StartAsync(time: time);
        server.Connection.Close(WebSocketCloseStatus.NormalClosure, "session deleted");
        Assert.Null(await server.ReceiveAsync());

        time.Advance(TimeSpan.FromSeconds(5));

        await server.Handled;
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
