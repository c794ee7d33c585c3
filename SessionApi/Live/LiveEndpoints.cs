using System.Text.RegularExpressions;

namespace Sidecar.SessionApi.Live;

/// <summary><c>/ws/{sessionId}</c>: one JSON object for each text frame, both ways. The session need not exist on disk.</summary>
internal static partial class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder routes) => routes.MapGet("/ws/{**sessionId}", ConnectAsync);

    private static async Task ConnectAsync(
        HttpContext context,
        string sessionId,
        LiveSessionRegistry sessions,
        AgentRecovery recovery,
        LiveSockets sockets)
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

        await recovery.WaitAsync(context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var connection = new LiveConnection(socket, sockets);
        try
        {
            if (sessions.Attach(sessionId, connection) is { } session)
            {
                try
                {
                    await connection.ReceiveAsync(message => ClientMessages.Handle(session, connection, message), context.RequestAborted);
                }
                finally
                {
                    sessions.Detach(session, connection);
                }
            }

            await connection.WaitUntilClosedAsync();
        }
        finally
        {
            sockets.Remove(connection);
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
