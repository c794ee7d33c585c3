using System.Buffers;
using Sidecar.ServiceDefaults.Access;

namespace Sidecar.SessionApi.Access;

/// <summary>The origin of a page: scheme, host and port, as browsers write it in <c>Origin</c>.</summary>
internal static class WebOrigin
{
    /// <summary>A page of a desktop shell. Browsers write <c>null</c> for pages from files, which anybody's sandboxed frame is too.</summary>
    public const string OfFile = "file://";

    private static readonly SearchValues<char> NoHost = SearchValues.Create("/?#@\\ ,");

    /// <summary>The host and port of a web origin as they are written; empty for anything else. Does not allocate.</summary>
    public static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> origin)
    {
        var rest = origin.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? origin[7..]
            : origin.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? origin[8..]
            : default;
        return rest.ContainsAny(NoHost) ? default : rest;
    }

    /// <summary>Whether it is an http origin of this machine.</summary>
    public static bool IsLoopback(ReadOnlySpan<char> origin) => HostOf(origin) is { Length: > 0 } host && LocalRequest.IsLoopbackHost(host);

    /// <summary>The origin of a URL that has nothing but one, as browsers write it; null for anything else.</summary>
    public static string? Normalize(string? text) =>
        Parse(text) is { PathAndQuery: "/", Fragment: "" } uri && !text!.EndsWith('/') ? uri.GetLeftPart(UriPartial.Authority) : null;

    /// <summary>The origin of a page at this URL; null when it is no URL of a page.</summary>
    public static string? OfPage(string? url) => Parse(url)?.GetLeftPart(UriPartial.Authority);

    private static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", UserInfo: "" } ? uri : null;
}
