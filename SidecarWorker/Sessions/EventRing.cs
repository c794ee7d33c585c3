namespace Sidecar.SidecarWorker.Sessions;

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
    private readonly EventQueue _kept = new();
    private bool _completed;
    private TaskCompletionSource _appended = NewSignal();
    private TaskCompletionSource _taken = NewSignal();

    /// <summary>Sequence of the newest event, 0 before the first.</summary>
    public long LastSequence => _kept.LastSequence;

    /// <summary>Sequence of the oldest event still kept; greater than <see cref="LastSequence"/> when none is.</summary>
    public long FirstSequence => _kept.FirstSequence;

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
                var excess = Math.Max(_kept.Bytes + item.Cost - capacityBytes, budget.Excess(item.Cost));
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
                budget.Remove(_kept.Bytes);
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
                batch.Add(_kept[next]);
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
        var next = FirstSequence;
        for (; excess > 0 && next <= LastSequence; next++)
        {
            excess -= _kept[next].Cost;
        }

        return next > FirstSequence && _readers.Exists(reader => reader.Position < next - 1);
    }

    private void Drop(long excess)
    {
        while (excess > 0 && FirstSequence <= LastSequence)
        {
            excess -= DropOldest();
        }
    }

    private int DropOldest()
    {
        var cost = _kept.DropOldest();
        if (!_completed)
        {
            budget.Remove(cost);
        }

        return cost;
    }

    private void Append(in SessionEvent item)
    {
        _kept.Add(item);
        if (!_completed)
        {
            budget.Add(item.Cost);
        }

        Replace(ref _appended);
    }
}
