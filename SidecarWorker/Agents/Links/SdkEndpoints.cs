using System.Net;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sessions;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>Where CLIs that were started with <c>--sdk-url</c> connect.</summary>
internal static class SdkEndpoints
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(30);

    public static void MapSdk(this IEndpointRouteBuilder routes) => routes.MapGet($"{WorkerContract.Sdk}/{{id}}", Connect);

    /// <exception cref="WorkerException">The token is not that of the session's current run, or this is no upgrade.</exception>
    internal static async Task Connect(string id, string? token, AgentLinks links, HttpContext context)
    {
        // Refused before the upgrade, and in the same words whatever is wrong.
        var isLocal = context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer);
        if (!isLocal || !Guid.TryParseExact(id, "D", out var session) || links.Find(session, token) is not { } link)
        {
            throw WorkerException.SdkTokenInvalid();
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw WorkerException.BadRequest($"{WorkerContract.Sdk} is for WebSockets.");
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = PingInterval,
            // While a slow reader of the events holds us up we do not read the CLI's pong either; it is not dead for that.
            KeepAliveTimeout = PingInterval + link.ReadPause,
        });
        await link.ServeAsync(socket);
    }
}
