using System.Net.WebSockets;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Feed;

/// <summary>
/// Tells subscribers what happens in the list of sessions. One round for all of them looks for news, only while there is a subscriber; each
/// then sends the newest state by itself.
/// </summary>
internal sealed partial class SessionFeed(IFeedSource source, BoundRegistry bounds, TimeProvider time, ILogger<SessionFeed> logger)
{
    /// <summary>How many subscribers there may be.</summary>
    public const int MaxSockets = 256;

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly Bound _sockets = bounds.Add("feed.sockets", "{socket}", "Open sockets of the feed about the list of sessions.", MaxSockets);
    private readonly Lock _gate = new(); // before the other one
    private readonly Lock _looking = new();
    private readonly HashSet<FeedConnection> _connections = [];
    private FeedState _current = FeedState.Unknown;
    private bool _isRunning;
    private bool _isStopping;

    /// <summary>What is to be told now.</summary>
    public FeedState Current => Volatile.Read(ref _current);

    /// <summary>How many subscribers there are.</summary>
    public long Subscribers => _sockets.Used;

    /// <summary>Takes a subscriber in. False when there is no place for it, or we are stopping; then it was asked to close.</summary>
    public bool TryAdd(FeedConnection connection)
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                connection.Close((WebSocketCloseStatus)1012, "service restart");
                return false;
            }

            if (!_sockets.TryAdd(1))
            {
                connection.Close((WebSocketCloseStatus)1013, "too many sockets");
                return false;
            }

            _connections.Add(connection);
            if (!_isRunning)
            {
                _isRunning = true;
                _ = RunAsync();
            }
        }

        Look(); // what it is told first is not older than itself
        return true;
    }

    /// <summary>The subscriber has gone.</summary>
    public void Remove(FeedConnection connection)
    {
        lock (_gate)
        {
            if (_connections.Remove(connection))
            {
                _sockets.Remove(1);
            }
        }
    }

    /// <summary>Closes all sockets because this process stops.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            foreach (var connection in _connections)
            {
                connection.Close((WebSocketCloseStatus)1012, "service restart");
            }
        }
    }

    /// <summary>One round.</summary>
    public void Look()
    {
        try
        {
            lock (_looking)
            {
                var next = source.Look(_current);
                if (ReferenceEquals(next, _current))
                {
                    return;
                }

                Interlocked.Exchange(ref _current, next); // seen by whoever is woken below
            }
        }
        catch (Exception exception)
        {
            Log.RoundFailed(logger, exception); // the next one looks again
            return;
        }

        lock (_gate)
        {
            foreach (var connection in _connections)
            {
                connection.Wake();
            }
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync())
        {
            if (HasEnded())
            {
                return;
            }

            Look();
        }
    }

    private bool HasEnded()
    {
        lock (_gate)
        {
            if (_connections.Count > 0)
            {
                return false;
            }

            _isRunning = false;
            lock (_looking)
            {
                _current = FeedState.Unknown; // a list that nobody is told of must not be kept
            }

            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A round of the feed about sessions failed; the next one looks again.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
