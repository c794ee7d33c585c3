using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sidecar.Benchmarks.Running;

/// <summary>
/// The yardstick: a server that answers a fixed array to whatever it is sent, or holds WebSockets under <c>/ws</c>, and does nothing else. Run as a
/// process of its own.
/// </summary>
internal static class BareKestrel
{
    public const string Command = "bare-kestrel";

    public static async Task<int> RunAsync(string url, int bytes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var body = new byte[bytes];
        body.AsSpan().Fill((byte)'x');
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Map("/ws/{id}", (RequestDelegate)HoldAsync);
        app.Map("/{**path}", (RequestDelegate)(async context =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }));
        await app.RunAsync();
        return 0;
    }

    /// <summary>Waits with an empty buffer until the peer closes.</summary>
    private static async Task HoldAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        while ((await socket.ReceiveAsync(Memory<byte>.Empty, context.RequestAborted)).MessageType != WebSocketMessageType.Close)
        {
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
    }
}
