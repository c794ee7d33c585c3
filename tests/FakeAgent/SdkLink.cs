using System.Net.WebSockets;
using System.Text;
using System.Text.Unicode;
using System.Threading.Channels;

namespace Sidecar.Tests.FakeAgent;

/// <summary>
/// The socket to the server of <c>--sdk-url</c>, in the place of stdin and stdout. A socket that drops is opened again, and what was sent of late
/// is sent again, as the real CLI does; one that the server closes ends the input. One loop owns the socket; what is to be sent waits for it.
/// </summary>
internal sealed class SdkLink(Uri address, RecentMessages recent) : IDisposable
{
    private static readonly TimeSpan ReconnectDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ReconnectInterval = TimeSpan.FromMilliseconds(50);

    // Unbounded on purpose, both: the double takes what a test sends it, and a test is short.
    private readonly Channel<string> _input = Channel.CreateUnbounded<string>();
    private readonly Channel<Func<Task>> _work = Channel.CreateUnbounded<Func<Task>>();
    private ClientWebSocket _socket = new();
    private volatile bool _ended;

    /// <summary>Begins to work. What is sent before there is a socket opens one.</summary>
    public void Begin() => _ = WorkAsync();

    /// <summary>False when the server cannot be reached or refuses us.</summary>
    public async Task<bool> TryConnectAsync()
    {
        var isOpen = false;
        await DoAsync(async () => isOpen = await TryOpenAsync());
        return isOpen;
    }

    /// <summary>The next line of input; null when there will be none.</summary>
    public async ValueTask<string?> ReadLineAsync() => await _input.Reader.WaitToReadAsync() && _input.Reader.TryRead(out var line) ? line : null;

    /// <summary>Sends a message behind those before it.</summary>
    public void Send(byte[] message) => _work.Writer.TryWrite(async () =>
    {
        recent.Add(message);
        // With the others that are kept it goes out when the socket is open again.
        if (!await TrySendAsync(message) && await ReopenAsync(RecentMessages.Capacity) && !RecentMessages.Keeps(message))
        {
            await TrySendAsync(message);
        }
    });

    /// <summary>Waits until all that was to be sent has been, or cannot be: whatever ends this process next, what it has said has been said.</summary>
    public Task FlushAsync() => DoAsync(() => Task.CompletedTask);

    /// <summary>Cuts the socket, opens the next one and repeats the last messages that have a uuid.</summary>
    public Task DropAndReplayAsync(int count) => DoAsync(() =>
    {
        _socket.Abort();
        return ReopenAsync(count);
    });

    public void Dispose() => _socket.Dispose();

    private Task DoAsync(Func<Task> act)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Writer.TryWrite(async () =>
        {
            await act();
            done.SetResult();
        });
        return done.Task;
    }

    private async Task WorkAsync()
    {
        await foreach (var act in _work.Reader.ReadAllAsync())
        {
            await act();
        }
    }

    private async Task<bool> ReopenAsync(int replayed)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!_ended && !await TryOpenAsync())
        {
            if (TimeProvider.System.GetElapsedTime(started) > ReconnectDeadline || _socket.HttpStatusCode == System.Net.HttpStatusCode.Forbidden)
            {
                End();
            }

            await Task.Delay(ReconnectInterval, TimeProvider.System);
        }

        if (_ended)
        {
            return false;
        }

        foreach (var message in recent.Last(replayed))
        {
            if (!await TrySendAsync(message))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> TryOpenAsync()
    {
        _socket.Dispose();
        _socket = new ClientWebSocket();
        _socket.Options.CollectHttpResponseDetails = true;
        try
        {
            using var deadline = new CancellationTokenSource(ReconnectDeadline, TimeProvider.System);
            await _socket.ConnectAsync(address, deadline.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            return false;
        }

        _ = ReceiveAsync(_socket);
        return true;
    }

    private async Task<bool> TrySendAsync(byte[] message)
    {
        try
        {
            // A text frame must be text; bytes that are none travel as what they are.
            var type = Utf8.IsValid(message) ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            await _socket.SendAsync(message, type, true, CancellationToken.None);
            return true;
        }
        catch (Exception exception) when (exception is WebSocketException or InvalidOperationException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ReceiveAsync(ClientWebSocket socket)
    {
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
            _work.Writer.TryWrite(() => socket == _socket ? ReopenAsync(RecentMessages.Capacity) : Task.CompletedTask);
        }
    }

    private void Take(string message)
    {
        foreach (var line in message.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _input.Writer.TryWrite(line);
        }
    }

    private void End()
    {
        _ended = true;
        _input.Writer.TryComplete();
    }
}
