using System.Diagnostics.Metrics;

namespace Sidecar.SessionApi.Live;

/// <summary>What is counted of live sessions.</summary>
internal sealed class LiveMetrics
{
    public const string MeterName = "Sidecar.Live";

    private readonly UpDownCounter<long> _sessions;
    private readonly UpDownCounter<long> _sockets;

    public LiveMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _sessions = meter.CreateUpDownCounter<long>("sidecar.live.sessions", "{session}", "Sessions that have a client or a running agent.");
        _sockets = meter.CreateUpDownCounter<long>("sidecar.live.sockets", "{socket}", "Open client sockets.");
    }

    public void SessionAdded() => _sessions.Add(1);

    public void SessionRemoved() => _sessions.Add(-1);

    public void SocketOpened() => _sockets.Add(1);

    public void SocketClosed() => _sockets.Add(-1);
}
