using System.Security.Cryptography;
using System.Text;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// The uuids of the last messages of a run. A CLI that has come back repeats what it does not know to have arrived; who has seen a message
/// before drops it. Not for concurrent use.
/// </summary>
internal sealed class RecentUuids(int capacity, Bound bound)
{
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<UInt128> _order = new();

    /// <summary>Remembers a uuid; the oldest leaves when there are too many. False when it was known.</summary>
    public bool Add(string uuid)
    {
        var key = Key(uuid);
        if (!_known.Add(key))
        {
            return false;
        }

        _order.Enqueue(key);
        if (_order.Count > capacity)
        {
            _known.Remove(_order.Dequeue());
        }
        else
        {
            bound.Add(1);
        }

        return true;
    }

    public void Clear()
    {
        bound.Remove(_order.Count);
        _known.Clear();
        _order.Clear();
        _known.TrimExcess();
        _order.TrimExcess();
    }

    /// <summary>A uuid is its 16 bytes. What a CLI may use instead is known by a hash: a long text is kept as cheaply as a short one.</summary>
    private static UInt128 Key(string uuid)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Guid.TryParseExact(uuid, "D", out var guid) || !guid.TryWriteBytes(bytes))
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(uuid), bytes);
        }

        return BitConverter.ToUInt128(bytes);
    }
}
