using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Sidecar.Benchmarks.Live;

/// <summary>One client socket of a session. Small receive buffers: when it stops reading, the server must soon feel it.</summary>
internal sealed class LiveSocket : IDisposable
{
    private const int ReceiveBufferBytes = 16 * 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);
    private static readonly HttpMessageInvoker Invoker = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync });

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>What the server closed with; null while it is open, or when the line was cut.</summary>
    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    /// <param name="port">Where the session API listens.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="query">Such as <c>?after=</c>, or nothing.</param>
    public static async Task<LiveSocket> OpenAsync(int port, string sessionId, string query = "")
    {
        var opened = new LiveSocket();
        // No pings from here: an idle socket is to be idle.
        opened._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        try
        {
            await opened._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws/{sessionId}{query}"), Invoker, deadline.Token);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Gives every frame to <paramref name="onFrame"/> until the socket ends. Never throws for what the server does.</summary>
    /// <param name="onFrame">Takes the bytes of one frame, which are its own only while it runs.</param>
    /// <param name="beforeReading">Waited for before each read: a client that reads slowly.</param>
    public async Task ReadAsync(Action<ReadOnlyMemory<byte>> onFrame, Func<Task>? beforeReading = null)
    {
        var buffer = new byte[ReceiveBufferBytes];
        var length = 0;
        try
        {
            while (true)
            {
                if (beforeReading is not null)
                {
                    await beforeReading();
                }

                var received = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await CloseOutputAsync();
                    return;
                }

                length += received.Count;
                if (received.EndOfMessage)
                {
                    onFrame(buffer.AsMemory(0, length));
                    length = 0;
                }
                else if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, length * 2);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The line was cut, by us or by a server that was killed.
        }
    }

    /// <summary>Reads the next frame as text.</summary>
    public async Task<string> ReadTextAsync()
    {
        var buffer = new byte[ReceiveBufferBytes];
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        var received = await _socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
        return received.MessageType == WebSocketMessageType.Text && received.EndOfMessage
            ? Encoding.UTF8.GetString(buffer, 0, received.Count)
            : throw new InvalidOperationException($"No short text frame but {received.MessageType}, closed with {CloseStatus}.");
    }

    /// <exception cref="WebSocketException">The socket has ended.</exception>
    public async Task SendAsync(string json)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            throw new WebSocketException("The socket has ended.", exception);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says goodbye; whoever reads sees the server's answer.</summary>
    public async Task CloseOutputAsync()
    {
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", deadline.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Cuts the line.</summary>
    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = ReceiveBufferBytes };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
