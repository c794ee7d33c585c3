using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Chat;

/// <summary>
/// The sessions that a message was posted to over REST. A mark goes by its stop, with time, or when there are too many: nothing but what an
/// old client shows depends on it.
/// </summary>
internal sealed class ChatMarks(BoundRegistry bounds, TimeProvider time)
{
    private const int MaxMarks = 1000;

    // No turn is waited for longer by a client that only polls.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _markedAt = new(StringComparer.OrdinalIgnoreCase);
    private readonly Bound _bound = bounds.Add("chat.marks", "{session}", "Sessions that a message was posted to over REST.", MaxMarks);

    public void Add(string sessionId)
    {
        lock (_gate)
        {
            if (_markedAt.Count >= MaxMarks && !_markedAt.ContainsKey(sessionId))
            {
                Drop(_markedAt.MinBy(mark => mark.Value).Key);
            }

            if (_markedAt.TryAdd(sessionId, 0))
            {
                _bound.Add(1);
            }

            _markedAt[sessionId] = time.GetTimestamp();
        }
    }

    public bool Contains(string sessionId)
    {
        lock (_gate)
        {
            if (!_markedAt.TryGetValue(sessionId, out var markedAt))
            {
                return false;
            }

            var isOld = time.GetElapsedTime(markedAt) > Lifetime;
            if (isOld)
            {
                Drop(sessionId);
            }

            return !isOld;
        }
    }

    public void Remove(string sessionId)
    {
        lock (_gate)
        {
            Drop(sessionId);
        }
    }

    private void Drop(string sessionId)
    {
        if (_markedAt.Remove(sessionId))
        {
            _bound.Remove(1);
        }
    }
}
