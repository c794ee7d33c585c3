using System.Diagnostics.Metrics;

namespace Sidecar.SessionApi.Live;

/// <summary>What happens to clients of live sessions; how much there is of what, <see cref="LiveBounds"/> tells.</summary>
internal sealed class LiveMetrics
{
    public const string MeterName = "Sidecar.Live";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _slowConsumers;
    private readonly Counter<long> _throttled;

    public LiveMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _refused = meter.CreateCounter<long>("sidecar.live.refused_sockets", "{socket}", "Sockets that were closed at once, by reason.");
        _slowConsumers = meter.CreateCounter<long>("sidecar.live.slow_consumers", "{socket}", "Sockets that were closed because they read too slowly.");
        _throttled = meter.CreateCounter<long>(
            "sidecar.live.throttled_messages", "{message}", "Messages after which a client was made to wait, because it sends too many.");
    }

    /// <param name="reason">Which limit was reached.</param>
    public void Refused(LiveRefusal reason) => _refused.Add(1, KeyValuePair.Create<string, object?>("reason", reason switch
    {
        LiveRefusal.Stopping => "stopping",
        LiveRefusal.Sockets => "sockets",
        LiveRefusal.Sessions => "sessions",
        _ => "sockets_of_session",
    }));

    public void SlowConsumer() => _slowConsumers.Add(1);

    public void Throttled() => _throttled.Add(1);
}

/// <summary>Why a socket was not let in.</summary>
internal enum LiveRefusal
{
    Stopping,
    Sockets,
    Sessions,
    SocketsOfSession,
}
