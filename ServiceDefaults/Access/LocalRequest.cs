using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Sidecar.ServiceDefaults.Access;

/// <summary>
/// What a request shows of where it comes from. None of it proves who asks: a page from anywhere, opened in a browser of this machine, has a
/// loopback address too. Nothing here allocates.
/// </summary>
public static class LocalRequest
{
    private static readonly string[] ProxyHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"];

    /// <summary>Whether the other end of the connection is on this machine. A connection without addresses never left it.</summary>
    public static bool HasLoopbackPeer(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } peer ? IPAddress.IsLoopback(peer) : connection.LocalIpAddress is null;

    /// <summary>Whether a proxy has passed it on: then the other end of the connection says nothing of who asks.</summary>
    public static bool CameThroughProxy(IHeaderDictionary headers)
    {
        foreach (var name in ProxyHeaders)
        {
            if (headers.ContainsKey(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a host, with or without a port, is a name that no DNS server can point elsewhere: <c>localhost</c>, <c>127.x.x.x</c>, <c>[::1]</c>.
    /// </summary>
    public static bool IsLoopbackHost(ReadOnlySpan<char> host)
    {
        var name = NameOf(host);
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (TryAddress(name, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>The host without its port.</summary>
    public static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> host)
    {
        var end = host.StartsWith("[") ? host.IndexOf(']') + 1 : host.IndexOf(':');
        return end > 0 ? host[..end] : host;
    }

    /// <summary>The address that a host name is, if it is one: <c>10.0.0.1</c>, <c>[fe80::1]</c>.</summary>
    public static bool TryAddress(ReadOnlySpan<char> name, out IPAddress address)
    {
        // Checked first, because 1, 0x7f.1 and 127.1 are addresses to the parser and names to a browser's user.
        address = IPAddress.None;
        var isIpV6 = name.StartsWith("[") && name.EndsWith("]");
        var inner = isIpV6 ? name[1..^1] : name;
        if (!isIpV6 && (inner.Count('.') != 3 || !IsDottedNumber(inner)))
        {
            return false;
        }

        if (inner is "127.0.0.1")
        {
            address = IPAddress.Loopback; // most requests: without making an address
            return true;
        }

        if (IPAddress.TryParse(inner, out var parsed))
        {
            address = parsed;
            return true;
        }

        return false;
    }

    private static bool IsDottedNumber(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character != '.' && !char.IsAsciiDigit(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a browser says that another site's page asks. Browsers without this header send <c>Origin</c> where it matters.</summary>
    public static bool IsCrossSite(IHeaderDictionary headers) =>
        headers.TryGetValue("Sec-Fetch-Site", out var site) && !StringValues.IsNullOrEmpty(site) && site != "same-origin" && site != "none";
}
