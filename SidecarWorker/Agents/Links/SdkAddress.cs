using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Sidecar.SidecarWorker.Agents.Links;

/// <summary>Where a CLI on this machine reaches us.</summary>
internal sealed class SdkAddress(IServer server)
{
    /// <summary>A <c>ws</c> address of the loopback interface.</summary>
    /// <exception cref="InvalidOperationException">The worker listens on none.</exception>
    public Uri Find()
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            var binding = BindingAddress.Parse(address);
            if (binding.Scheme == "http" && Host(binding.Host) is { } host)
            {
                return new Uri($"ws://{host}:{binding.Port}");
            }
        }

        throw new InvalidOperationException("The worker does not listen for http on the loopback interface, so no agent could connect to it (Sidecar:Agent:Transport is sdk-url).");
    }

    // "localhost" and names such as "*" are every interface to Kestrel, the loopback one among them.
    private static string? Host(string host) => !IPAddress.TryParse(host.Trim('[', ']'), out var address) ? "127.0.0.1"
        : address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "127.0.0.1"
        : !IPAddress.IsLoopback(address) ? null
        : address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]"
        : address.ToString();
}
