using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Sidecar.Benchmarks.Running;

/// <summary>A client that sends, and reads only so that the server can send and close.</summary>
internal sealed class Client : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly ClientWebSocket _socket = new();

    public static async Task<Client> ConnectAsync(int port, string sessionId)
    {
        var client = new Client();
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        await client._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws/{sessionId}"), deadline.Token);
        _ = client.ReadAsync();
        return client;
    }

    public async Task SendUserAsync(string content)
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        var message = new JsonObject { ["type"] = "user_message", ["content"] = content }.ToJsonString();
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await _socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }

            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server was killed.
        }
    }
}
