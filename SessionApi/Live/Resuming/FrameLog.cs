namespace Sidecar.SessionApi.Live.Resuming;

/// <summary>A frame that a client can ask for again.</summary>
/// <param name="Id">Its place.</param>
/// <param name="Bytes">The frame as plain clients get it; empty for a place without a frame.</param>
internal readonly record struct RetainedFrame(FrameId Id, ReadOnlyMemory<byte> Bytes)
{
    // What a frame costs beside its bytes: its array, this record and its place among the others.
    private const int OverheadBytes = 64;

    public long Cost => Bytes.Length + OverheadBytes;
}

/// <summary>
/// The newest frames of one session, for clients that come back. Bounded in bytes by itself and, with all others, by
/// <see cref="RetainedFrames"/>; the oldest leave first.
/// </summary>
/// <param name="budget">What it shares with all others.</param>
/// <param name="start">The place after which it begins.</param>
internal sealed class FrameLog(RetainedFrames budget, FrameId start)
{
    private readonly Lock _gate = new();
    private readonly Queue<RetainedFrame> _frames = new(capacity: 0);
    private FrameId _floor = start; // all frames after it are here
    private long _bytes;

    /// <summary>When a frame was added last, by <see cref="Environment.TickCount64"/>.</summary>
    public long AddedAt { get; private set; }

    /// <summary>What the kept frames cost.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The stream goes on in another epoch, after this place.</summary>
    public void Continue(FrameId place) => Add(new RetainedFrame(place, default));

    /// <summary>Forgets all frames: the stream begins behind this place.</summary>
    public void Restart(FrameId place)
    {
        lock (_gate)
        {
            Shrink(0);
            _floor = place;
        }
    }

    /// <summary>Adds the newest frame.</summary>
    public void Add(RetainedFrame frame)
    {
        budget.Take(this, frame.Cost); // may shrink other logs, so not under our gate
        lock (_gate)
        {
            _frames.Enqueue(frame);
            _bytes += frame.Cost;
            AddedAt = Environment.TickCount64;
            Shrink(budget.MaxBytesOfOne);
        }
    }

    /// <summary>Drops the oldest frames until the rest costs no more than this.</summary>
    public void ShrinkTo(long bytes)
    {
        lock (_gate)
        {
            Shrink(bytes);
        }
    }

    /// <summary>Adds the frames after a place to <paramref name="frames"/>. False when some of them are not kept, or the place was never.</summary>
    public bool TryRead(FrameId after, List<RetainedFrame> frames)
    {
        lock (_gate)
        {
            var all = _frames.ToArray();
            var last = Array.FindLastIndex(all, frame => frame.Id.Epoch == after.Epoch && frame.Id.Sequence <= after.Sequence);
            if (last < 0 && (after.Epoch != _floor.Epoch || after.Sequence < _floor.Sequence))
            {
                return false;
            }

            frames.AddRange(all.AsSpan(last + 1));
            return true;
        }
    }

    private void Shrink(long bytes)
    {
        while (_bytes > bytes && _frames.TryDequeue(out var oldest))
        {
            _floor = oldest.Id;
            _bytes -= oldest.Cost;
            budget.GiveBack(oldest.Cost);
        }

        if (_frames.Count == 0)
        {
            _frames.TrimExcess();
        }
    }
}
