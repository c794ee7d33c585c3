using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// <c>/ws/{sessionId}</c>: one JSON object for each text frame, both ways. The session need not exist on disk. With <c>?after=</c> the frames
/// are numbered, and those after the given place come again.
/// </summary>
internal static partial class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder routes) => routes.MapGet("/ws/{**sessionId}", ConnectAsync);

    private static async Task ConnectAsync(
        HttpContext context,
        string sessionId,
        LiveSessionRegistry sessions,
        AgentRecovery recovery,
        LiveMetrics metrics,
        IOptions<LiveOptions> options,
        TimeProvider time,
        ILogger<LiveConnection> logger)
    {
        if (!SessionIdPattern().IsMatch(sessionId))
        {
            await AnswerTextAsync(context, "Invalid session ID");
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            await AnswerTextAsync(context, "Expected a WebSocket request");
            return;
        }

        FrameId? after = null;
        var isResumable = context.Request.Query.TryGetValue("after", out var place);
        if (isResumable && place.ToString() is { Length: > 0 } text)
        {
            if (!FrameId.TryParse(text, out var parsed))
            {
                await AnswerTextAsync(context, $"Invalid \"after\": \"{text}\". It must be empty, or the epoch and seq of a frame as <epoch>.<seq>.");
                return;
            }

            after = parsed;
        }

        await recovery.WaitAsync(context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var connection = new LiveConnection(socket, options.Value, time, logger) { IsResumable = isResumable };
        metrics.SocketOpened();
        try
        {
            if (sessions.Attach(sessionId, connection, after) is not { } session)
            {
                connection.Close((WebSocketCloseStatus)1013, "too many live sessions");
            }
            else
            {
                try
                {
                    await connection.ReceiveAsync(message => ClientMessages.Handle(session, connection, message), context.RequestAborted);
                }
                finally
                {
                    session.Detach(connection);
                }
            }

            await connection.WaitUntilClosedAsync();
        }
        finally
        {
            metrics.SocketClosed();
        }
    }

    private static Task AnswerTextAsync(HttpContext context, string text)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    [GeneratedRegex("^[0-9A-Za-z_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex SessionIdPattern();
}
