namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>
/// What one client got of the turns of its session: every piece once and in order, and every end once, unless the client was told that it has
/// missed something. Then the turn must be in the transcript.
/// </summary>
/// <param name="name">The client and its last events, in what is said of problems.</param>
/// <param name="counts">The counters.</param>
/// <param name="reload">Called with a turn that has to be looked for in the transcript.</param>
internal sealed class TurnLedger(ClientHistory name, SoakCounts counts, Action<SoakTurn> reload)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _open = [];
    private int _lastEnded;
    private bool _mayMiss; // for turns that begin while it is so

    /// <summary>The turns of whose end this client has not heard.</summary>
    public IReadOnlyList<SoakTurn> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open.Select(entry => entry.Turn)];
            }
        }
    }

    public void Begin(SoakTurn turn)
    {
        lock (_gate)
        {
            _open.Add(new Entry(turn) { MayMiss = _mayMiss });
        }
    }

    /// <summary>A piece of text: <c>label#number</c>.</summary>
    public void OnPiece(string label, int number)
    {
        lock (_gate)
        {
            var at = _open.FindIndex(entry => entry.Turn.Label == label);
            if (at < 0)
            {
                counts.Problem(Soaked.Repeated, $"{name}: {label}#{number} after the end of its turn");
                return;
            }

            EndUnheard(at);
            var entry = _open[0];
            entry.Turn.Touch();
            if (number < entry.Next)
            {
                counts.Problem(Soaked.Repeated, $"{name}: {label}#{number} again, {entry.Next} was due");
                return;
            }

            Skip(entry, number);
            entry.Next = number + 1;
            entry.MayMiss = false;
        }
    }

    /// <summary>The end of a turn.</summary>
    /// <param name="number">Which one; null when its usage does not say it.</param>
    /// <param name="digest">Of the frames that the client got since the end of the turn before; null when it may have missed some.</param>
    public void OnEnd(int? number, (int Frames, int Digest)? digest = null)
    {
        lock (_gate)
        {
            var at = number is null ? (_open.Count > 0 && _open[0].Turn.IsStopped ? 0 : -1) : _open.FindIndex(entry => entry.Turn.Number == number);
            if (at < 0)
            {
                var isRepeated = number is null || number <= _lastEnded;
                counts.Problem(isRepeated ? Soaked.EndsRepeated : Soaked.OutOfOrder, $"{name}: the end of turn {number?.ToString() ?? "?"}, open {Describe()}");
                return;
            }

            EndUnheard(at);
            var entry = _open[0];
            if (!entry.Turn.IsStopped)
            {
                Skip(entry, entry.Turn.Count + 1);
            }

            // Of a stopped turn a client that was away gets what the agent said until the stop reached it; one that was there got less.
            if (at == 0 && !entry.Turn.IsStopped && digest is { } mine && entry.Turn.Compare(mine) is { } others)
            {
                counts.Problem(Soaked.Different, $"{name}: {entry.Turn.Label} had {mine.Frames} frames, {others.Frames} for the other client");
            }

            Close(entry);
        }
    }

    /// <summary>The turn ended without an answer, and the client was told so.</summary>
    public void OnFailed(string label)
    {
        lock (_gate)
        {
            if (_open.Find(entry => entry.Turn.Label == label) is { } entry)
            {
                counts.Problem(Soaked.TurnsFailed, $"{name}: {label}");
                entry.Reload = false;
                Close(entry);
            }
        }
    }

    /// <summary>From now on frames may be missed, until the client is back: a client that does not resume is away.</summary>
    public void BeginMissing()
    {
        lock (_gate)
        {
            _mayMiss = true;
            _open.ForEach(entry => entry.MayMiss = true);
        }
    }

    /// <summary>The client is back, or was told of a gap.</summary>
    /// <param name="running">Whether the server says that a turn is running.</param>
    /// <param name="missed">Whether what was going on until now may have been missed.</param>
    public void OnBack(bool running, bool missed)
    {
        lock (_gate)
        {
            _mayMiss = false;
            foreach (var entry in _open)
            {
                entry.MayMiss |= missed;
                if ((entry.MayMiss || entry.Turn.IsStopped) && !running)
                {
                    entry.Turn.TellOver();
                }
            }
        }
    }

    /// <summary>At the end of a soak: what has not ended must have been told.</summary>
    public void CloseAll()
    {
        lock (_gate)
        {
            EndUnheard(_open.Count);
        }
    }

    private void Skip(Entry entry, int number)
    {
        if (number == entry.Next)
        {
            return;
        }

        if (entry.MayMiss)
        {
            entry.Reload = true;
        }
        else
        {
            counts.Problem(Soaked.Lost, $"{name}: {entry.Turn.Label}#{entry.Next} to #{number - 1}", number - entry.Next);
        }
    }

    /// <summary>Turns before the one that goes on: this client has not heard of their end.</summary>
    private void EndUnheard(int number)
    {
        for (var i = 0; i < number; i++)
        {
            var entry = _open[0];
            if (entry.MayMiss)
            {
                entry.Reload = true;
            }
            else if (!entry.Turn.IsStopped)
            {
                // A turn that was stopped before the agent had its message leaves no other trace.
                counts.Problem(Soaked.EndsMissing, $"{name}: {entry.Turn.Label} after #{entry.Next - 1} of {entry.Turn.Count}");
            }

            Close(entry);
        }
    }

    private void Close(Entry entry)
    {
        _open.Remove(entry);
        _lastEnded = entry.Turn.Number;
        entry.Turn.End();
        if (entry.Reload && !entry.Turn.IsStopped)
        {
            reload(entry.Turn);
        }
    }

    private string Describe() => string.Join(", ", _open.Select(entry => $"{entry.Turn.Label}#{entry.Next}"));

    private sealed class Entry(SoakTurn turn)
    {
        public SoakTurn Turn => turn;

        public int Next { get; set; } = 1;

        public bool MayMiss { get; set; }

        public bool Reload { get; set; }
    }
}
