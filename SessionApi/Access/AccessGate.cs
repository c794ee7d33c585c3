using System.Globalization;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults;
using Sidecar.ServiceDefaults.Access;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Access;

/// <summary>
/// Stands in front of everything: endpoints, files, event streams and the upgrade to a WebSocket. In this order: the name under which the
/// server was asked for, the page that asks, then whether the caller is trusted. What most requests take allocates nothing.
/// </summary>
internal sealed partial class AccessGate(
    RequestDelegate next,
    OriginRules origins,
    AccessTokens tokens,
    RemoteCallers callers,
    AccessMetrics metrics,
    IOptions<AccessOptions> options,
    ILogger<AccessGate> logger)
{
    private const string Unauthorized = "Unauthorized";
    private const string Forbidden = "Forbidden";
    private const string TooMany = "TOO_MANY_REQUESTS";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!origins.AllowsHost(request.Host.Value, context.Connection))
        {
            return RefuseAsync(context, AccessRefusal.Host, StatusCodes.Status403Forbidden, Forbidden,
                $"The server may not be asked for under the name \"{request.Host.Value}\"; allowed are the names of this machine and {AccessOptions.Section}:{nameof(AccessOptions.Hosts)}");
        }

        if (HealthEndpoints.Is(request))
        {
            return next(context);
        }

        var page = origins.Judge(request);
        if (page == AskingPage.Refused)
        {
            return RefuseAsync(context, AccessRefusal.Origin, StatusCodes.Status403Forbidden, "CORS origin not allowed",
                $"Pages of {Shown(request.Headers.Origin)} may not use this server; allowed are its own and {AccessOptions.Section}:{nameof(AccessOptions.Origins)}");
        }

        if (request.Headers.Origin is [{ } origin])
        {
            CorsAnswer.Allow(context, origin);
        }

        if (HttpMethods.IsOptions(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var isLocal = LocalRequest.HasLoopbackPeer(context.Connection)
            && LocalRequest.IsLoopbackHost(request.Host.Value)
            && !LocalRequest.CameThroughProxy(request.Headers);
        return isLocal && IsTrustedHere(request, page) ? next(context) : AuthenticateAsync(context, isLocal);
    }

    private bool IsTrustedHere(HttpRequest request, AskingPage page) => !options.Value.RequireToken && page switch
    {
        AskingPage.None => true,
        // A desktop shell that gave us a token sends it: a page without it is not the shell's.
        AskingPage.Near => request.Headers.Origin == WebOrigin.OfFile || !tokens.HasProcessToken,
        _ => false,
    };

    private Task AuthenticateAsync(HttpContext context, bool isLocal)
    {
        var isSocket = IsUpgrade(context.Request);
        var level = tokens.LevelOf(TokenOf(context.Request, isSocket));
        if (level == AccessLevel.None)
        {
            return PublicPage.IsAskedFor(context) && tokens.AnyExists ? next(context) : RefuseStrangerAsync(context, isLocal);
        }

        if (level == AccessLevel.Guest
            && context.Request.Path.StartsWithSegments(H5AccessEndpoints.Path, StringComparison.OrdinalIgnoreCase)
            && !context.Request.Path.Equals(H5AccessEndpoints.VerifyPath, StringComparison.OrdinalIgnoreCase))
        {
            return RefuseAsync(context, AccessRefusal.NotTrusted, StatusCodes.Status403Forbidden, Forbidden,
                "Who may use this server is changed on its own machine, or with its owner's token");
        }

        return isLocal ? next(context) : CountAsync(context, isSocket);
    }

    private async Task CountAsync(HttpContext context, bool isSocket)
    {
        var address = context.Connection.RemoteIpAddress;
        if (callers.TryEnter(address, isSocket, out var wait) is { } refusal)
        {
            await RefuseForNowAsync(context, refusal, wait, refusal switch
            {
                AccessRefusal.TooManySockets => $"This address has {options.Value.MaxRemoteSockets} sockets open, as many as it may",
                AccessRefusal.TooManyAddresses => "Too many addresses use this server at the moment",
                _ => "This address makes too many requests",
            });
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            callers.Leave(address, isSocket);
        }
    }

    private Task RefuseStrangerAsync(HttpContext context, bool isLocal)
    {
        if (!tokens.AnyExists)
        {
            return RefuseAsync(context, AccessRefusal.NotTrusted, StatusCodes.Status403Forbidden, Forbidden,
                "H5 access is disabled, and there is no owner's token: only programs and pages of this machine may use this server");
        }

        // A caller of this machine has other ways to be a nuisance, and its owner sits there too.
        if (!isLocal && callers.CountFailure(context.Connection.RemoteIpAddress) is { Ticks: > 0 } wait)
        {
            return RefuseForNowAsync(context, AccessRefusal.TooManyAttempts, wait, "Too many requests without the right token came from this address");
        }

        Log.WrongToken(logger, context.Connection.RemoteIpAddress);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return RefuseAsync(context, AccessRefusal.Token, StatusCodes.Status401Unauthorized, Unauthorized,
            "The request needs a token: Authorization: Bearer <token>, or ?token=<token> for a WebSocket");
    }

    private Task RefuseForNowAsync(HttpContext context, AccessRefusal reason, TimeSpan wait, string message)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return RefuseAsync(context, reason, StatusCodes.Status429TooManyRequests, TooMany, message);
    }

    private Task RefuseAsync(HttpContext context, AccessRefusal reason, int status, string code, string message)
    {
        metrics.Refused(reason);
        return new ApiError(status, code, message).ExecuteAsync(context);
    }

    // In the address only where a browser cannot send a header: addresses end up in logs, histories and referrers.
    private static string? TokenOf(HttpRequest request, bool isSocket) =>
        AccessSecret.FromHeader(request.Headers.Authorization) ?? (isSocket ? request.Query["token"].FirstOrDefault() : null);

    // This stands before the WebSocket middleware, so the request is only recognised by what it says.
    private static bool IsUpgrade(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase);

    private static string Shown(string? origin) => origin is { Length: > 0 } ? $"\"{(origin.Length <= 200 ? origin : origin[..200])}\"" : "other sites";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A request from {Address} had no token, or a wrong one.")]
        public static partial void WrongToken(ILogger logger, System.Net.IPAddress? address);
    }
}
