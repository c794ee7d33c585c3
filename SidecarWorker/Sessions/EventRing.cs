namespace Sidecar.SidecarWorker.Sessions;

/// <summary>One event of a session, as it leaves on the stream.</summary>
/// <param name="Sequence">From 1, rising by one.</param>
/// <param name="Type">See <see cref="Contracts.AgentEventTypes"/>.</param>
/// <param name="Data">One line of JSON.</param>
internal readonly record struct SessionEvent(long Sequence, string Type, ReadOnlyMemory<byte> Data)
{
    // What an event costs beside its data.
    private const int OverheadBytes = 64;

    public int Cost => Data.Length + OverheadBytes;
}

/// <summary>
/// The last events of one session, bounded by bytes of its own and by those of all sessions. Appending waits a bounded time for an attached
/// reader that would otherwise lose events; without a reader, or past that time, the oldest events leave. The newest event is always kept,
/// however long.
/// </summary>
internal sealed class EventRing(long capacityBytes, EventBudget budget, TimeSpan slowReaderPatience, TimeProvider time)
{
    // One answer to a reader; it comes back at once for more.
    private const int BatchSize = 256;

    private readonly Lock _gate = new();
    private readonly List<EventReader> _readers = [];
    private SessionEvent[] _items = new SessionEvent[16]; // circular: sequences are contiguous, so a place is found by subtraction
    private int _head;
    private int _count;
    private long _bytes;
    private bool _completed;
    private TaskCompletionSource _appended = NewSignal();
    private TaskCompletionSource _taken = NewSignal();

    /// <summary>Sequence of the newest event, 0 before the first.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Sequence of the oldest event still kept; greater than <see cref="LastSequence"/> when none is.</summary>
    public long FirstSequence => LastSequence - _count + 1;

    /// <summary>First and last sequence at one moment.</summary>
    public (long First, long Last) Range
    {
        get
        {
            lock (_gate)
            {
                return (FirstSequence, LastSequence);
            }
        }
    }

    /// <summary>Appends an event and returns its sequence. The ring keeps <paramref name="data"/> as it is.</summary>
    public async ValueTask<long> AppendAsync(string type, ReadOnlyMemory<byte> data)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            Task taken;
            budget.MakeRoom(new SessionEvent(0, type, data).Cost);
            lock (_gate)
            {
                var patience = slowReaderPatience - time.GetElapsedTime(started);
                var item = new SessionEvent(LastSequence + 1, type, data);
                var excess = Math.Max(_bytes + item.Cost - capacityBytes, budget.Excess(item.Cost));
                if (patience <= TimeSpan.Zero || !WouldBeLost(excess))
                {
                    Drop(excess);
                    Append(item);
                    return item.Sequence;
                }

                taken = _taken.Task.WaitAsync(patience, time);
            }

            await taken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // a timeout is seen by the next round
        }
    }

    /// <summary>Attaches a reader that continues after <paramref name="after"/>.</summary>
    public EventReader Attach(long after)
    {
        var reader = new EventReader(this, after);
        lock (_gate)
        {
            _readers.Add(reader);
        }

        return reader;
    }

    /// <summary>No event will follow; readers end when they have read the rest. What is left goes with the last of them, and is not counted.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            if (!_completed)
            {
                _completed = true;
                budget.Remove(_bytes);
            }

            Replace(ref _appended);
        }
    }

    /// <summary>Drops the oldest events for the sake of other sessions: this many bytes, or as many as nobody attached waits for.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            var wanted = _readers.Count == 0 ? LastSequence : Math.Min(LastSequence, _readers.Min(reader => reader.Position) + 1);
            while (bytes > 0 && !_completed && FirstSequence < wanted)
            {
                bytes -= DropOldest();
            }
        }
    }

    /// <summary>
    /// Adds the next events for the reader to <paramref name="batch"/>. Null when none will come any more; else the task to wait for,
    /// which has already completed when there are events.
    /// </summary>
    internal Task? Take(EventReader reader, List<SessionEvent> batch)
    {
        lock (_gate)
        {
            var next = Math.Max(reader.Position + 1, FirstSequence);
            for (; next <= LastSequence && batch.Count < BatchSize; next++)
            {
                batch.Add(_items[(_head + (int)(next - FirstSequence)) % _items.Length]);
            }

            reader.Position = next - 1;
            if (batch.Count == 0)
            {
                return _completed ? null : _appended.Task;
            }

            Replace(ref _taken);
            return Task.CompletedTask;
        }
    }

    internal void Detach(EventReader reader)
    {
        lock (_gate)
        {
            _readers.Remove(reader);
            Replace(ref _taken);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Replace(ref TaskCompletionSource signal)
    {
        var old = signal;
        signal = NewSignal();
        old.SetResult();
    }

    /// <summary>True when making room would drop an event that an attached reader has not taken.</summary>
    private bool WouldBeLost(long excess)
    {
        var dropped = 0;
        for (; excess > 0 && dropped < _count; dropped++)
        {
            excess -= _items[(_head + dropped) % _items.Length].Cost;
        }

        return dropped > 0 && _readers.Exists(reader => reader.Position < FirstSequence + dropped - 1);
    }

    private void Drop(long excess)
    {
        while (excess > 0 && _count > 0)
        {
            excess -= DropOldest();
        }
    }

    private int DropOldest()
    {
        var cost = _items[_head].Cost;
        _items[_head] = default;
        _head = (_head + 1) % _items.Length;
        _count--;
        Count(-cost);
        return cost;
    }

    private void Append(in SessionEvent item)
    {
        if (_count == _items.Length)
        {
            Grow();
        }

        _items[(_head + _count++) % _items.Length] = item;
        Count(item.Cost);
        LastSequence = item.Sequence;
        Replace(ref _appended);
    }

    private void Count(int bytes)
    {
        _bytes += bytes;
        if (!_completed)
        {
            budget.Add(bytes);
        }
    }

    private void Grow()
    {
        var larger = new SessionEvent[_items.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _items[(_head + i) % _items.Length];
        }

        (_items, _head) = (larger, 0);
    }
}

/// <summary>One reader's place in a ring. Not for concurrent use.</summary>
internal sealed class EventReader(EventRing ring, long after) : IDisposable
{
    /// <summary>Sequence of the last event taken. Kept by the ring, under its gate.</summary>
    internal long Position { get; set; } = after;

    /// <summary>See <see cref="EventRing.Take"/>.</summary>
    public Task? Take(List<SessionEvent> batch) => ring.Take(this, batch);

    /// <inheritdoc/>
    public void Dispose() => ring.Detach(this);
}
