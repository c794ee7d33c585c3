namespace Sidecar.SessionApi.Live;

/// <summary>
/// The sessions that were deleted: a client that has not noticed must not start them again. Kept for a day and bounded in number.
/// Under the registry's gate.
/// </summary>
internal sealed class DeletedSessions(TimeProvider time)
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly Dictionary<string, DateTimeOffset> _deletedAt = new(StringComparer.OrdinalIgnoreCase);

    public int Count => _deletedAt.Count;

    public bool Contains(string sessionId) => _deletedAt.ContainsKey(sessionId);

    /// <summary>Marks a session. When there are too many marks, the oldest goes.</summary>
    public void Add(string sessionId)
    {
        _deletedAt[sessionId] = time.GetUtcNow();
        if (_deletedAt.Count > Capacity)
        {
            _deletedAt.Remove(_deletedAt.MinBy(entry => entry.Value).Key);
        }
    }

    public void Remove(string sessionId) => _deletedAt.Remove(sessionId);

    /// <summary>Drops the marks that are old enough.</summary>
    public void Prune()
    {
        var limit = time.GetUtcNow() - Lifetime;
        foreach (var (sessionId, _) in _deletedAt.Where(entry => entry.Value < limit).ToList())
        {
            _deletedAt.Remove(sessionId);
        }
    }
}
