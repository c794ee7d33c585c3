using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.TestSupport.Ui;

/// <summary>The socket that a user interface holds for an open session. It reads what it waits for, and passes over the rest.</summary>
public sealed class UiSocket : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();

    public WebSocketCloseStatus? CloseStatus => _socket.CloseStatus;

    public static async Task<UiSocket> OpenAsync(int port, string sessionId)
    {
        var opened = new UiSocket();
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
            await opened._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/ws/{sessionId}"), deadline.Token);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public async Task SendAsync(string type, params (string Name, JsonNode? Value)[] members)
    {
        var message = new JsonObject { ["type"] = type };
        foreach (var (name, value) in members)
        {
            message[name] = value;
        }

        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
    }

    /// <summary>Reads on to the next frame of this type.</summary>
    /// <returns>The types of the frames up to it, in their order, and the frame.</returns>
    public async Task<(IReadOnlyList<string> Types, JsonElement Frame)> UntilAsync(string type)
    {
        var types = new List<string>();
        while (await ReadAsync() is { } frame)
        {
            types.Add(frame.GetProperty("type").GetString()!);
            if (types[^1] == type)
            {
                return (types, frame);
            }
        }

        throw new InvalidOperationException($"The server closed with {CloseStatus} before {type}; it had sent {string.Join(", ", types)}.");
    }

    /// <summary>Reads on to the server's close.</summary>
    public async Task UntilClosedAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<JsonElement?> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer, deadline.Token);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
                return null;
            }

            frame.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return JsonElement.Parse(frame.ToArray());
            }
        }
    }
}
