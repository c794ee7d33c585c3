using System.Diagnostics.Metrics;
using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Access;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>How much a caller from elsewhere may have at a time.</summary>
public sealed class RemoteCallersTests : IDisposable
{
    private const string Proxied = "X-Forwarded-For: 203.0.113.9";

    private static readonly IPAddress One = IPAddress.Parse("203.0.113.1");
    private static readonly IPAddress Two = IPAddress.Parse("203.0.113.2");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    /// <summary>Fails when <see cref="RemoteCallers.TryEnter"/> does not look at the sockets that there are.</summary>
    [Fact]
    public async Task Socket_OverTheLimitOfARemoteAddress_IsRefusedUntilOneIsClosed()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:MaxRemoteSockets", "2"));
        var authorization = $"Authorization: Bearer {server.Owner.Renew()}";
        using var first = await OpenAsync(server, authorization);
        using var second = await OpenAsync(server, authorization);

        Assert.Equal(429, await server.UpgradeAsync("/ws/remote", Proxied, authorization));
        Assert.Equal(101, await server.UpgradeAsync("/ws/local"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status", Proxied, authorization));
        first.Abort();
        await WaitFor.True(() => Used(server) == 1, LiveSocket.Deadline, "the place of the socket to be free");

        Assert.Equal(101, await server.UpgradeAsync("/ws/remote", Proxied, authorization));
    }

    [Fact]
    public void Address_OverTheLimit_IsRefusedUntilOneHasNothingOpen()
    {
        var callers = Callers(new AccessOptions { MaxRemoteAddresses = 1 });

        Assert.Null(callers.TryEnter(One, isSocket: true, out _));
        Assert.Equal(AccessRefusal.TooManyAddresses, callers.TryEnter(Two, isSocket: false, out _));
        Assert.NotEqual(TimeSpan.Zero, callers.CountFailure(Two));
        callers.Leave(One, isSocket: true);
        Assert.Null(callers.TryEnter(Two, isSocket: false, out _));
    }

    [Fact]
    public void Addresses_OfOneIpV6Network_AreOneCaller()
    {
        var callers = Callers(new AccessOptions { MaxRemoteSockets = 1 });

        Assert.Null(callers.TryEnter(IPAddress.Parse("2001:db8::1"), isSocket: true, out _));
        Assert.Equal(AccessRefusal.TooManySockets, callers.TryEnter(IPAddress.Parse("2001:db8::2"), isSocket: true, out _));
        Assert.Null(callers.TryEnter(IPAddress.Parse("2001:db8:0:1::1"), isSocket: true, out _));
        Assert.Null(callers.TryEnter(IPAddress.Parse("::ffff:203.0.113.1"), isSocket: true, out _));
        Assert.Equal(AccessRefusal.TooManySockets, callers.TryEnter(One, isSocket: true, out _));
    }

    public void Dispose() => _services.Dispose();

    private RemoteCallers Callers(AccessOptions options)
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        var configured = Options.Create(options);
        return new RemoteCallers(new AccessMetrics(meters, new BoundRegistry(meters), configured), configured, new FakeTimeProvider());
    }

    private static async Task<ClientWebSocket> OpenAsync(AccessServer server, string authorization)
    {
        var socket = new ClientWebSocket();
        foreach (var header in new[] { Proxied, authorization })
        {
            var colon = header.IndexOf(": ", StringComparison.Ordinal);
            socket.Options.SetRequestHeader(header[..colon], header[(colon + 2)..]);
        }

        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/ws/remote"), CancellationToken.None).WaitAsync(LiveSocket.Deadline, TimeProvider.System);
        return socket;
    }

    private static long Used(AccessServer server) =>
        server.Services.GetRequiredService<BoundRegistry>().All.Single(bound => bound.Name == "access.remote_sockets").Used;
}
