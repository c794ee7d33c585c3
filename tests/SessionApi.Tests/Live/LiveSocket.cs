using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>A client's end of a live session's socket.</summary>
internal sealed class LiveSocket : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();

    public static async Task<LiveSocket> ConnectAsync(Uri address)
    {
        var socket = new LiveSocket();
        await socket._socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);
        return socket;
    }

    /// <summary>The next frame; null when the server closes.</summary>
    public async Task<JsonElement?> ReceiveAsync()
    {
        var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            frame.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return JsonFrames.Parse(Encoding.UTF8.GetString(frame.ToArray()));
            }
        }
    }

    /// <summary>Reads on to the next frame of this type.</summary>
    public async Task<JsonElement> UntilAsync(string type)
    {
        while (await ReceiveAsync() is { } frame)
        {
            if (TypeOf(frame) == type)
            {
                return frame;
            }
        }

        throw new InvalidOperationException($"Closed with {_socket.CloseStatus} \"{_socket.CloseStatusDescription}\" before {type}.");
    }

    /// <summary>Reads on to the server's close; why it was.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> CloseAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }

        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        return (_socket.CloseStatus, _socket.CloseStatusDescription);
    }

    /// <summary>Leaves as a client does that goes away.</summary>
    public Task LeaveAsync() =>
        _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);

    public Task SendAsync(string json) => SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) =>
        _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);

    public void Dispose() => _socket.Dispose();

    public static string? TypeOf(JsonElement frame) => frame.GetProperty("type").GetString();
}
