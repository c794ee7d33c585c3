using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Sidecar.ServiceDefaults.Access;

/// <summary>Where a service is told to listen.</summary>
public static class ListenAddresses
{
    /// <summary>The first address that other machines can reach; null when there is none.</summary>
    public static string? FirstReachable(IConfiguration configuration)
    {
        foreach (var key in (ReadOnlySpan<string>)["http_ports", "https_ports"])
        {
            if (configuration["urls"] is null && configuration[key] is { Length: > 0 } ports)
            {
                return $"http://*:{ports}";
            }
        }

        var urls = (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();
        return urls.Concat(endpoints).FirstOrDefault(url => !IsLoopback(url));
    }

    private static bool IsLoopback(string url)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(url);
        }
        catch (FormatException)
        {
            return true; // it is nobody's address; the server says so itself
        }

        return address.IsUnixPipe || address.IsNamedPipe
            || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }
}
