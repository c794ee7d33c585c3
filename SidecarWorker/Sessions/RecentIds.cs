namespace Sidecar.SidecarWorker.Sessions;

/// <summary>The last ids seen, bounded by count. Not for concurrent use.</summary>
internal sealed class RecentIds(int capacity)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public bool Contains(string id) => _ids.Contains(id);

    /// <summary>Remembers an id; the oldest leaves when there are too many. False when it was known.</summary>
    public bool Add(string id)
    {
        if (!_ids.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > capacity)
        {
            _ids.Remove(_order.Dequeue());
        }

        return true;
    }

    public void Clear()
    {
        _ids.Clear();
        _order.Clear();
    }
}
