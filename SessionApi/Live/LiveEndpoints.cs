using System.Text.RegularExpressions;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// <c>/ws/{sessionId}</c>: one JSON object for each text frame, both ways. The session need not exist on disk. With <c>?after=</c> the frames
/// are numbered, and those after the given place come again.
/// </summary>
internal static partial class LiveEndpoints
{
    private const string JoinTurn = "turn";

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

        FrameId? after = null;
        var isResumable = context.Request.Query.TryGetValue("after", out var place);
        var joinsTurn = place == JoinTurn;
        if (isResumable && !joinsTurn && place.ToString() is { Length: > 0 } text)
        {
            if (!FrameId.TryParse(text, out var parsed))
            {
                await AnswerTextAsync(context, $"Invalid \"after\": \"{text}\". It must be empty, \"{JoinTurn}\", or the epoch and seq of a frame as <epoch>.<seq>.");
                return;
            }

            after = parsed;
        }

        await recovery.WaitAsync(resumes: after is not null, context.RequestAborted); // bounded by itself
        if (context.RequestAborted.IsCancellationRequested)
        {
            return; // it did not wait for it
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var connection = new LiveConnection(socket, sockets) { IsResumable = isResumable, JoinsTurn = joinsTurn };
        try
        {
            if (sessions.Attach(sessionId, connection, after) is { } session)
            {
                try
                {
                    // Not with RequestAborted: the socket ends when the line does, and each token costs an idle socket memory.
                    await connection.ReceiveAsync(message => ClientMessages.Handle(session, connection, message), CancellationToken.None);
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
