namespace Sidecar.SessionApi.Access;

/// <summary>
/// Marks an endpoint whose answer is the same for everybody and holds nothing of the person: the pages of the user interface, which must be
/// there before a token can be asked for. Every other endpoint needs the caller to be trusted.
/// </summary>
internal sealed class PublicPage
{
    public static readonly PublicPage Mark = new();

    private PublicPage()
    {
    }

    /// <summary>Whether the request is for such a page. What no endpoint answers is a file of the user interface, or is not found.</summary>
    public static bool IsAskedFor(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && (context.GetEndpoint() is { } endpoint
            ? endpoint.Metadata.GetMetadata<PublicPage>() is not null
            : !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase));
}
