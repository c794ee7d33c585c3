using System.Globalization;
using Sidecar.Contracts;

namespace Sidecar.SessionApi.Live.Resuming;

/// <summary>
/// Numbers the frames of a session. A frame that follows from an event of the agent is numbered by that event, so that a later life of this
/// process, which reads the same events from the worker, gives it the same number: a client goes on after a restart as if there was none.
/// Frames of our own take the numbers between two events. Under the session's gate.
/// </summary>
internal sealed class FrameNumbers
{
    // Of 2^53 numbers each event has 2^16: the first half for what follows from it, the second for what is said after it.
    private const int EventBits = 16;
    private const long OwnFirst = 1L << (EventBits - 1);

    private string? _worker; // the worker's epoch, once an agent has run
    private long _event;
    private long _next = OwnFirst;
    private long _last;
    private bool _inEvent;

    /// <summary>Which numbers these are: the worker's, once an agent has run; until then our own.</summary>
    public string Epoch { get; private set; } = Guid.NewGuid().ToString("n");

    /// <summary>The newest frame.</summary>
    public FrameId Last => new(Epoch, _last);

    /// <summary>From here on frames follow from an event of the agent.</summary>
    /// <returns>True when the epoch is another than before; then the stream begins behind <see cref="Last"/>.</returns>
    public bool Begin(AgentEventId item)
    {
        _inEvent = true;
        var changed = item.Epoch != _worker;
        if (changed || item.Sequence != _event)
        {
            (Epoch, _worker) = changed ? (item.Epoch, item.Epoch) : (Epoch, _worker);
            _event = item.Sequence;
            _next = _event << EventBits;
            _last = changed ? _next - 1 : _last;
        }

        return changed;
    }

    /// <summary>
    /// Events before this one are missing. What follows from the next ones may depend on them, so it is not what an earlier life numbered:
    /// the numbers begin a new epoch, in which the first frame is the one that tells so.
    /// </summary>
    public void Skip(AgentEventId first)
    {
        _worker = first.Epoch;
        Epoch = string.Create(CultureInfo.InvariantCulture, $"{first.Epoch}-{first.Sequence}");
        _event = first.Sequence - 1;
        _next = (first.Sequence << EventBits) - 1;
        _last = _next - 1;
    }

    /// <summary>From this event on what follows is again what an earlier life numbered, whatever was skipped before it.</summary>
    public void Resume(AgentEventId item)
    {
        (Epoch, _worker) = (item.Epoch, item.Epoch);
        _event = item.Sequence;
        _next = _event << EventBits;
        _last = _next - 1;
        _inEvent = true;
    }

    /// <summary>What follows does not follow from the event.</summary>
    public void End()
    {
        _inEvent = false;
        _next = Math.Max(_next, (_event << EventBits) + OwnFirst);
    }

    /// <summary>The next frame's place.</summary>
    public FrameId Next()
    {
        _last = Math.Max(_last + 1, _next);
        _next = _last + 1;
        return Last;
    }

    /// <summary>
    /// A client has seen a frame of ours from an earlier life of this process, said after the event that is the newest still: the numbers go
    /// on behind it. False when it claims a frame that cannot have been.
    /// </summary>
    public bool Accept(FrameId seen)
    {
        if (seen.Epoch != Epoch || seen.Sequence <= _last)
        {
            return true;
        }

        if (seen.Sequence >> EventBits != _event || _inEvent)
        {
            return false;
        }

        _last = seen.Sequence;
        _next = Math.Max(_next, _last + 1);
        return true;
    }
}
