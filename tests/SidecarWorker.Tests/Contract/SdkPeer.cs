using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>A socket to the worker in the place of a CLI's.</summary>
internal sealed class SdkPeer : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1024 * 1024];

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public string? CloseReason => _socket.CloseStatusDescription;

    public static async Task<SdkPeer> ConnectAsync(Uri url)
    {
        var peer = new SdkPeer();
        using var deadline = new CancellationTokenSource(Worker.Deadline, TimeProvider.System);
        await peer._socket.ConnectAsync(url, deadline.Token);
        return peer;
    }

    /// <summary>The status with which the upgrade is refused.</summary>
    public static async Task<HttpStatusCode> RefusedAsync(Uri url)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        using var deadline = new CancellationTokenSource(Worker.Deadline, TimeProvider.System);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(url, deadline.Token));
        return socket.HttpStatusCode;
    }

    public async Task SendAsync(string text, bool endOfMessage = true)
    {
        using var deadline = new CancellationTokenSource(Worker.Deadline, TimeProvider.System);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage, deadline.Token);
    }

    /// <summary>The next frame; null when the worker has closed the socket.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var deadline = new CancellationTokenSource(Worker.Deadline, TimeProvider.System);
        var text = new StringBuilder();
        while (true)
        {
            var received = await _socket.ReceiveAsync(_buffer, deadline.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            text.Append(Encoding.UTF8.GetString(_buffer, 0, received.Count));
            if (received.EndOfMessage)
            {
                return text.ToString();
            }
        }
    }

    /// <summary>Reads up to the worker's close.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> ClosedAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }

        return (CloseStatus, CloseReason);
    }

    /// <summary>As a line that is cut.</summary>
    public void Cut() => _socket.Abort();

    public void Dispose() => _socket.Dispose();
}
