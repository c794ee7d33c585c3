namespace Sidecar.SidecarWorker.Sessions;

/// <summary>Events in a row, found by their sequences; whoever holds it bounds it. Under its ring's gate.</summary>
internal sealed class EventQueue
{
    private SessionEvent[] _items = new SessionEvent[16]; // circular: sequences are contiguous, so a place is found by subtraction
    private int _head;
    private int _count;

    /// <summary>What the events cost.</summary>
    public long Bytes { get; private set; }

    /// <summary>Sequence of the newest event there ever was, 0 before the first.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Sequence of the oldest event; greater than <see cref="LastSequence"/> when there is none.</summary>
    public long FirstSequence => LastSequence - _count + 1;

    /// <summary>The event with a sequence from first to last.</summary>
    public ref readonly SessionEvent this[long sequence] => ref _items[(_head + (int)(sequence - FirstSequence)) % _items.Length];

    /// <summary>Adds the event that follows the last one.</summary>
    public void Add(in SessionEvent item)
    {
        if (_count == _items.Length)
        {
            Grow();
        }

        _items[(_head + _count++) % _items.Length] = item;
        Bytes += item.Cost;
        LastSequence = item.Sequence;
    }

    /// <summary>Takes the oldest event out, and returns what it cost.</summary>
    public int DropOldest()
    {
        var cost = _items[_head].Cost;
        _items[_head] = default;
        _head = (_head + 1) % _items.Length;
        _count--;
        Bytes -= cost;
        return cost;
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
