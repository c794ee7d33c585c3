using System.Diagnostics.Metrics;
using System.Net.WebSockets;

namespace Sidecar.SessionApi.Live;

/// <summary>What happens to clients of live sessions; how much there is of what, <see cref="LiveBounds"/> tells.</summary>
internal sealed class LiveMetrics
{
    public const string MeterName = "Sidecar.Live";

    private readonly Counter<long> _refused;
    private readonly Counter<long> _slowConsumers;
    private readonly Counter<long> _throttled;
    private readonly Counter<long> _closes;
    private readonly Counter<long> _resumes;
    private long _frames; // counted by hand: there are more of them than of anything else

    public LiveMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _refused = meter.CreateCounter<long>("sidecar.live.refused_sockets", "{socket}", "Sockets that were closed at once, by reason.");
        _slowConsumers = meter.CreateCounter<long>("sidecar.live.slow_consumers", "{socket}", "Sockets that were closed because they read too slowly.");
        _throttled = meter.CreateCounter<long>(
            "sidecar.live.throttled_messages", "{message}", "Messages after which a client was made to wait, because it sends too many.");
        meter.CreateObservableCounter("sidecar.live.frames", () => Interlocked.Read(ref _frames), "{frame}", "Frames that were sent to clients.");
        _closes = meter.CreateCounter<long>("sidecar.live.closes", "{socket}", "Sockets that were closed, by the code of the WebSocket protocol.");
        _resumes = meter.CreateCounter<long>(
            "sidecar.live.resumes", "{socket}", "Sockets that came back for what they had missed, and whether it was there or they were told of a gap.");
    }

    public void FrameSent() => Interlocked.Increment(ref _frames);

    /// <param name="code">One of RFC 6455 or ours: 1000, 1001, 1009, 1012, 1013; all of a bounded set, because only this side's closes count.</param>
    public void Closed(WebSocketCloseStatus code) => _closes.Add(1, KeyValuePair.Create<string, object?>("code", (int)code));

    /// <param name="replayed">False when there is a gap.</param>
    public void Resumed(bool replayed) => _resumes.Add(1, KeyValuePair.Create<string, object?>("outcome", replayed ? "replayed" : "gap"));

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
