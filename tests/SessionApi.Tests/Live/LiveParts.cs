using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>What live sessions share, without a host.</summary>
internal sealed class LiveParts : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public LiveParts(LiveOptions? options = null, TimeProvider? time = null)
    {
        var configured = Options.Create(options ?? new LiveOptions());
        Registry = new BoundRegistry(Meters);
        Bounds = new LiveBounds(Registry, configured);
        Metrics = new LiveMetrics(Meters);
        TurnMetrics = new TurnMetrics(Meters, time ?? TimeProvider.System);
        Sockets = new LiveSockets(Bounds, Metrics, configured, time ?? TimeProvider.System, NullLogger<LiveConnection>.Instance);
    }

    public IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    public BoundRegistry Registry { get; }

    public LiveBounds Bounds { get; }

    public LiveMetrics Metrics { get; }

    public TurnMetrics TurnMetrics { get; }

    public LiveSockets Sockets { get; }

    public void Dispose() => _services.Dispose();
}
