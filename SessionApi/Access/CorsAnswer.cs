namespace Sidecar.SessionApi.Access;

/// <summary>Lets a page of an allowed origin read the answer, errors included.</summary>
internal static class CorsAnswer
{
    /// <summary>Adds the headers when the answer begins: who makes an error of an answer clears what was there before.</summary>
    public static void Allow(HttpContext context, string origin) => context.Response.OnStarting(
        static state =>
        {
            var (response, origin) = ((HttpResponse, string))state;
            response.Headers.AccessControlAllowOrigin = origin;
            response.Headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
            response.Headers.AccessControlAllowHeaders = "Content-Type, Authorization";
            response.Headers.AccessControlMaxAge = "86400";
            response.Headers.Append("Vary", "Origin");
            return Task.CompletedTask;
        },
        (context.Response, origin));
}
