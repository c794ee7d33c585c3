using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>A real server with one socket, and the client at its other end.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly TaskCompletionSource<LiveConnection> _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SocketServer(LiveOptions options, TimeProvider time, bool resumable)
    {
        Parts = new LiveParts(options, time);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var connection = new LiveConnection(socket, Parts.Sockets) { IsResumable = resumable };
            _accepted.SetResult(connection);
            await connection.ReceiveAsync(message => Received.Enqueue(Encoding.UTF8.GetString(message.Span)), context.RequestAborted);
            await connection.WaitUntilClosedAsync();
            _handled.SetResult();
        });
    }

    public LiveParts Parts { get; }

    public ClientWebSocket Client { get; } = new();

    /// <summary>The connection under test, at the server's end.</summary>
    public LiveConnection Connection { get; private set; } = null!;

    /// <summary>What the server got.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    /// <summary>Completes when the server has done with the socket.</summary>
    public Task Handled => _handled.Task.WaitAsync(Deadline, TimeProvider.System);

    public static async Task<SocketServer> StartAsync(LiveOptions? options = null, TimeProvider? time = null, bool resumable = false)
    {
        var server = new SocketServer(options ?? new LiveOptions(), time ?? TimeProvider.System, resumable);
        await server._app.StartAsync();
        await server.Client.ConnectAsync(new Uri(server._app.Urls.First().Replace("http", "ws", StringComparison.Ordinal)), CancellationToken.None);
        server.Connection = await server._accepted.Task.WaitAsync(Deadline, TimeProvider.System);
        return server;
    }

    /// <summary>The next frame; null when the server closes.</summary>
    public async Task<string?> ReceiveAsync()
    {
        var frame = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await Client.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            frame.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
            {
                return Encoding.UTF8.GetString(frame.ToArray());
            }
        }
    }

    public async Task<List<string>> ReceiveAllAsync()
    {
        var frames = new List<string>();
        while (await ReceiveAsync() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    public Task SendAsync(string text, bool endOfMessage = true) =>
        Client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage, CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Parts.Dispose();
        await _app.DisposeAsync();
    }
}
