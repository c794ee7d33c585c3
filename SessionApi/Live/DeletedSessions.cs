using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// The sessions that were deleted: a client that has not noticed must not start them again. Kept for a bounded time and bounded in number.
/// Under the registry's gate.
/// </summary>
internal sealed class DeletedSessions(TimeProvider time, TimeSpan lifetime, Bound bound)
{
    private readonly LinkedList<(string SessionId, DateTimeOffset DeletedAt)> _oldestFirst = [];
    private readonly Dictionary<string, LinkedListNode<(string SessionId, DateTimeOffset DeletedAt)>> _byId = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _byId.Count;

    public bool Contains(string sessionId) => _byId.ContainsKey(sessionId);

    /// <summary>Marks a session. When there are too many marks, the oldest goes.</summary>
    public void Add(string sessionId)
    {
        Remove(sessionId);
        if (!bound.TryAdd(1))
        {
            Remove(_oldestFirst.First!.Value.SessionId);
            bound.Add(1);
        }

        _byId[sessionId] = _oldestFirst.AddLast((sessionId, time.GetUtcNow()));
    }

    public void Remove(string sessionId)
    {
        if (_byId.Remove(sessionId, out var mark))
        {
            _oldestFirst.Remove(mark);
            bound.Remove(1);
        }
    }

    /// <summary>Drops the marks that are old enough.</summary>
    public void Prune()
    {
        var limit = time.GetUtcNow() - lifetime;
        while (_oldestFirst.First is { } oldest && oldest.Value.DeletedAt < limit)
        {
            Remove(oldest.Value.SessionId);
        }

        if (_byId.Count == 0)
        {
            _byId.TrimExcess(); // thousands may have been deleted at once
        }
    }
}
