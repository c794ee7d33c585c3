namespace Sidecar.SessionApi.Access;

/// <summary>
/// What everybody may be shown because it is the same for everybody and holds nothing of the person: the files of the user interface, which must
/// be there before a token can be asked for.
/// </summary>
internal static class PublicPage
{
    /// <summary>Whether the request is for such a file. What no endpoint answers is one, or is not found.</summary>
    public static bool IsAskedFor(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.GetEndpoint() is null
        && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
}
