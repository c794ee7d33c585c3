using Sidecar.ServiceDefaults.Telemetry;

namespace Sidecar.SessionApi.Feed;

/// <summary>
/// <c>/ws-feed</c>: what happens in the list of sessions and what live ones do, for a UI. One JSON object in each text frame, to the client only.
/// </summary>
internal static class FeedEndpoints
{
    public static void AddFeed(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IFeedSource, FeedSource>();
        builder.Services.AddMeasured<SessionFeed>();
    }

    public static void MapFeed(this WebApplication app)
    {
        app.MapGet("/ws-feed", ConnectAsync);
        app.Lifetime.ApplicationStopping.Register(() => app.Services.GetRequiredService<SessionFeed>().Stop());
    }

    private static async Task ConnectAsync(HttpContext context, SessionFeed feed, TimeProvider time)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("Expected a WebSocket request", context.RequestAborted);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var connection = new FeedConnection(socket, time);
        feed.TryAdd(connection);
        try
        {
            await connection.RunAsync(feed);
        }
        finally
        {
            feed.Remove(connection);
        }
    }
}
