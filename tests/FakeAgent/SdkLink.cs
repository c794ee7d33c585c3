using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Unicode;

namespace Sidecar.Tests.FakeAgent;

/// <summary>
/// The socket to the server of <c>--sdk-url</c>, in the place of stdin and stdout. A socket that drops is opened again, and what was sent of late
/// is sent again, as the real CLI does; one that the server closes ends the input.
/// </summary>
internal sealed class SdkLink(Uri address, RecentMessages recent) : Stream
{
    private static readonly TimeSpan ReconnectDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    // Unbounded on purpose: the double takes what a test sends it, and a test is short.
    private readonly BlockingCollection<string> _input = [];
    private ClientWebSocket _socket = new();
    private bool _ended;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>False when the server cannot be reached or refuses us.</summary>
    public bool TryConnect()
    {
        lock (_gate)
        {
            return TryOpen();
        }
    }

    /// <summary>The next line of input; null when there will be none.</summary>
    public string? ReadLine() => _input.TryTake(out var line, Timeout.Infinite) ? line : null;

    /// <summary>Cuts the socket, opens the next one and repeats the last messages that have a uuid.</summary>
    public void DropAndReplay(int count)
    {
        lock (_gate)
        {
            _socket.Abort();
            Reopen(count);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var message = buffer.ToArray();
        lock (_gate)
        {
            // With the others that are kept it goes out when the socket is open again.
            if (!TrySend(message) && Reopen(RecentMessages.Capacity) && !RecentMessages.Keeps(message))
            {
                TrySend(message);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private bool Reopen(int replayed)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!_ended && !TryOpen())
        {
            if (TimeProvider.System.GetElapsedTime(started) > ReconnectDeadline || _socket.HttpStatusCode == System.Net.HttpStatusCode.Forbidden)
            {
                End();
            }

            Task.Delay(ReconnectInterval, TimeProvider.System).GetAwaiter().GetResult();
        }

        return !_ended && recent.Last(replayed).TrueForAll(TrySend);
    }

    private bool TryOpen()
    {
        _socket.Dispose();
        _socket = new ClientWebSocket();
        _socket.Options.CollectHttpResponseDetails = true;
        try
        {
            using var deadline = new CancellationTokenSource(ReconnectDeadline, TimeProvider.System);
            _socket.ConnectAsync(address, deadline.Token).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            return false;
        }

        _ = ReceiveAsync(_socket);
        return true;
    }

    private bool TrySend(byte[] message)
    {
        try
        {
            // Written before we go on: whatever ends this process next, what it has said has been said.
            // A text frame must be text; bytes that are none travel as what they are.
            var type = Utf8.IsValid(message) ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            _socket.SendAsync(message, type, true, CancellationToken.None).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ReceiveAsync(ClientWebSocket socket)
    {
        await Task.Yield();
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    End();
                    return;
                }

                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    Take(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length));
                    message.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            Lost(socket);
        }
    }

    private void Take(string message)
    {
        foreach (var line in message.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _input.Add(line);
        }
    }

    private void Lost(ClientWebSocket socket)
    {
        lock (_gate)
        {
            if (socket == _socket)
            {
                Reopen(RecentMessages.Capacity);
            }
        }
    }

    private void End()
    {
        _ended = true;
        _input.CompleteAdding();
    }
}
