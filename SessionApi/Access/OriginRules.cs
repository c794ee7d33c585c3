using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Access;

namespace Sidecar.SessionApi.Access;

/// <summary>Whose page asks.</summary>
internal enum AskingPage
{
    /// <summary>One that may not.</summary>
    Refused,

    /// <summary>One that may with a token.</summary>
    Foreign,

    /// <summary>One of this machine, or of ours.</summary>
    Near,

    /// <summary>None: a program, or a person who opens an address.</summary>
    None,
}

/// <summary>
/// Judges the name under which the server was asked for, and the page that asks. A page of a site that we do not know can make a browser
/// send us anything; what it cannot do is keep the browser from saying so.
/// </summary>
internal sealed class OriginRules(IOptions<AccessOptions> configured, H5AccessStore h5)
{
    private readonly AccessOptions _options = configured.Value;

    /// <summary>Whether the server may be asked for under this name. Any other may have been pointed here by who owns it (DNS rebinding).</summary>
    public bool AllowsHost(string? host, ConnectionInfo connection)
    {
        if (LocalRequest.IsLoopbackHost(host))
        {
            return true;
        }

        var name = LocalRequest.NameOf(host);
        if (LocalRequest.TryAddress(name, out var address))
        {
            // An address cannot be pointed elsewhere: it is fine when it is the one that was reached.
            return connection.LocalIpAddress is { } reached && (address.Equals(reached) || (reached.IsIPv4MappedToIPv6 && address.Equals(reached.MapToIPv4())));
        }

        foreach (var known in _options.Hosts)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return h5.Current.AllowsHost(name);
    }

    /// <summary>Judges the page. The host must have been judged before.</summary>
    public AskingPage Judge(HttpRequest request)
    {
        var headers = request.Headers;
        var origin = headers.Origin;
        if (origin.Count == 0)
        {
            return IsAskedByForeignPage(request) ? AskingPage.Refused : AskingPage.None;
        }

        if (origin is not [{ } page])
        {
            return AskingPage.Refused;
        }

        if (WebOrigin.HostOf(page) is { Length: > 0 } host && host.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase))
        {
            return LocalRequest.IsLoopbackHost(host) ? AskingPage.Near : AskingPage.Foreign;
        }

        if (page == WebOrigin.OfFile || (_options.LoopbackOrigins && WebOrigin.IsLoopback(page)))
        {
            return AskingPage.Near;
        }

        return _options.Origins.Contains(page, StringComparer.OrdinalIgnoreCase) || h5.Current.AllowsOrigin(page) ? AskingPage.Foreign : AskingPage.Refused;
    }

    // Images, scripts and the like carry no Origin. Following a link is fine: the page that has it does not see the answer.
    private static bool IsAskedByForeignPage(HttpRequest request) =>
        LocalRequest.IsCrossSite(request.Headers)
        && !(request.Headers.TryGetValue("Sec-Fetch-Mode", out var mode)
            && mode == "navigate"
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)));
}
