namespace Sidecar.SessionApi.Live;

/// <summary>
/// The frames that wait for one client, the first of them perhaps on its way. Its limit is for what waits behind the first: one frame alone
/// is never too much, however large, because a client that is not slow takes it. Under its connection's lock.
/// </summary>
internal sealed class OutboundQueue(long maxBytes)
{
    // What a burst needed is not kept for good.
    private const int KeptCapacity = 16;

    private readonly Queue<ReadOnlyMemory<byte>> _frames = new(capacity: 0);
    private bool _firstIsSent;
    private long _bytes;

    /// <summary>All that waits, the frame on its way included. Readable without the lock.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public bool TryAdd(ReadOnlyMemory<byte> frame)
    {
        if (_frames.TryPeek(out var first) && Bytes - first.Length + frame.Length > maxBytes)
        {
            return false;
        }

        Add(frame);
        return true;
    }

    /// <summary>The first frame, to be sent; it counts until it <see cref="Sent"/>.</summary>
    public bool TryBegin(out ReadOnlyMemory<byte> frame) => _firstIsSent = _frames.TryPeek(out frame);

    /// <summary>The first frame has left. Gives back its length.</summary>
    public long Sent()
    {
        _firstIsSent = false;
        var length = _frames.Dequeue().Length;
        _bytes -= length;
        if (_frames.Count == 0 && _frames.Capacity > KeptCapacity)
        {
            _frames.TrimExcess();
        }

        return length;
    }

    /// <summary>Drops what is not on its way yet. Gives back how much that was.</summary>
    public long Drop()
    {
        var dropped = Bytes;
        var first = _firstIsSent ? _frames.Dequeue() : default;
        _frames.Clear();
        _frames.TrimExcess();
        _bytes = 0;
        if (_firstIsSent)
        {
            Add(first);
        }

        return dropped - Bytes;
    }

    /// <summary>Drops everything: nothing is sent any more. Gives back how much that was.</summary>
    public long Clear()
    {
        _firstIsSent = false;
        return Drop();
    }

    private void Add(ReadOnlyMemory<byte> frame)
    {
        _frames.Enqueue(frame);
        _bytes += frame.Length;
    }
}
