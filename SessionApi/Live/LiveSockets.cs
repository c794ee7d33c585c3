using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// All open client sockets and what they share. Bounded in number, and in what waits for all of them together: when that is too much, the
/// socket for which most waits is the slow one.
/// </summary>
internal sealed class LiveSockets(
    LiveBounds bounds, LiveMetrics metrics, IOptions<LiveOptions> configured, TimeProvider time, ILogger<LiveConnection> logger)
{
    private readonly Lock _gate = new();
    private readonly HashSet<LiveConnection> _open = [];

    public LiveOptions Options { get; } = configured.Value;

    public LiveMetrics Metrics => metrics;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <summary>Counts a socket. False when there are as many as may be.</summary>
    public bool TryAdd(LiveConnection connection)
    {
        if (!bounds.Sockets.TryAdd(1))
        {
            return false;
        }

        lock (_gate)
        {
            _open.Add(connection);
        }

        return true;
    }

    /// <summary>The socket has ended. Without effect for one that was not counted.</summary>
    public void Remove(LiveConnection connection)
    {
        lock (_gate)
        {
            if (!_open.Remove(connection))
            {
                return;
            }
        }

        bounds.Sockets.Remove(1);
    }

    /// <summary>Counts bytes that wait for a client. Its <see cref="KeepWithinLimit"/> follows, without the connection's lock.</summary>
    public void Queued(long bytes) => bounds.QueuedBytes.Add(bytes);

    /// <summary>These bytes wait no more.</summary>
    public void Dequeued(long bytes) => bounds.QueuedBytes.Remove(bytes);

    /// <summary>Gives up the slowest clients until what waits is within the limit. Without any connection's lock.</summary>
    public void KeepWithinLimit()
    {
        while (bounds.QueuedBytes.Used > bounds.QueuedBytes.Limit && Slowest() is { } slowest)
        {
            slowest.CloseAsSlow();
        }
    }

    private LiveConnection? Slowest()
    {
        lock (_gate)
        {
            LiveConnection? slowest = null;
            foreach (var connection in _open)
            {
                if (!connection.IsClosing && connection.QueuedBytes > (slowest?.QueuedBytes ?? 0))
                {
                    slowest = connection;
                }
            }

            return slowest;
        }
    }
}
