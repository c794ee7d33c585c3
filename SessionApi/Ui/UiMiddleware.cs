using Microsoft.Net.Http.Headers;

namespace Sidecar.SessionApi.Ui;

/// <summary>Answers what no route answers and is not under <c>/api</c>: with a file of the UI, or with 404.</summary>
internal sealed class UiMiddleware(RequestDelegate next, UiFiles files, BuiltInUi builtIn)
{
    private const string Assets = "/assets";

    // Paths that belong to interfaces of this server or of those that its clients also know. Nobody may mistake a page for their answer.
    private static readonly PathString[] Reserved =
        ["/api", "/ws", "/ws-feed", "/sdk", "/proxy", "/preview-fs", "/local-file", "/callback", "/openapi", "/health", "/alive"];

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (context.GetEndpoint() is not null || request.Path.StartsWithSegments(Reserved[0], StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        var isRead = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !IsReserved(request.Path);
        if (isRead && !files.HasRoot && builtIn.Find(request.Path) is { } resource)
        {
            await SendAsync(context, resource);
            return;
        }

        var file = isRead ? files.Find(request.Path.Value ?? "/") : null;
        await (file is null ? NotFoundAsync(context) : SendAsync(context, file));
    }

    private static bool IsReserved(PathString path) => Reserved.Any(reserved => path.StartsWithSegments(reserved, StringComparison.OrdinalIgnoreCase));

    private static Task SendAsync(HttpContext context, UiResource resource)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-cache"; // its files name each other without a version: each is asked for, and mostly answered with 304
        headers.ContentSecurityPolicy = BuiltInUi.ContentSecurityPolicy;
        headers["Referrer-Policy"] = "no-referrer";
        var compressed = UiEncodings.Takes(context.Request, "br") ? resource.Compressed : null;
        SetForm(headers, compressed is null ? null : "br");
        // The two forms have a tag each (RFC 9110, 8.8.3.3).
        var tag = compressed is null ? resource.Tag : new EntityTagHeaderValue($"{resource.Tag.Tag.Value![..^1]}-br\"");
        return TypedResults.Bytes(compressed ?? resource.Content, resource.ContentType, entityTag: tag).ExecuteAsync(context);
    }

    private static async Task SendAsync(HttpContext context, string file)
    {
        var (chosen, encoding) = UiEncodings.Choose(file, context.Request);
        var info = new FileInfo(chosen);
        if (!info.Exists)
        {
            await NotFoundAsync(context); // a new build replaces the files right now
            return;
        }

        var headers = context.Response.Headers;
        // The build names an asset by its content; everything else names assets and must be fresh.
        headers.CacheControl = context.Request.Path.StartsWithSegments(Assets) && Path.GetFileName(file) != UiFiles.Index
            ? "public, max-age=31536000, immutable"
            : "no-store";
        SetForm(headers, encoding);
        var modified = new DateTimeOffset(info.LastWriteTimeUtc);
        var tag = new EntityTagHeaderValue($"\"{info.LastWriteTimeUtc.Ticks:x}-{info.Length:x}{(encoding is null ? "" : "-" + encoding)}\"");
        await TypedResults.PhysicalFile(chosen, UiContentTypes.Of(file), lastModified: modified, entityTag: tag, enableRangeProcessing: true)
            .ExecuteAsync(context);
    }

    private static void SetForm(IHeaderDictionary headers, string? encoding)
    {
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.XContentTypeOptions = "nosniff";
        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync("Not Found", context.RequestAborted);
    }
}
