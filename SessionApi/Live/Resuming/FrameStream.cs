using System.Text.Unicode;
using Sidecar.Contracts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live.Resuming;

/// <summary>
/// What a session says to its clients, in one order: the sockets that get it, and the newest frames for clients that come back. A frame is
/// built once; with its number it is built once more if any client asked for numbers. Under the session's gate.
/// </summary>
internal sealed class FrameStream
{
    private readonly List<LiveConnection> _connections = new(capacity: 0);
    private readonly FrameNumbers _numbers = new();
    private readonly RetainedFrames _budget;
    private readonly FrameLog _log;
    private bool _past;
    private bool _beginningIsMissing;

    public FrameStream(RetainedFrames budget)
    {
        _budget = budget;
        _log = new FrameLog(budget, _numbers.Last);
    }

    /// <summary>The sockets.</summary>
    public IReadOnlyList<LiveConnection> Connections => _connections;

    /// <summary>The newest frame.</summary>
    public FrameId Last => _numbers.Last;

    /// <summary>The place after which the frames of the open turn begin, or of the last one.</summary>
    public FrameId TurnStart { get; private set; }

    /// <summary>What follows is of a turn that begins here.</summary>
    public void BeginTurn() => TurnStart = Last;

    /// <summary>A socket gets every frame from now on.</summary>
    public void Add(LiveConnection connection) => _connections.Add(connection);

    public void Remove(LiveConnection connection) => _connections.Remove(connection);

    /// <summary>
    /// Sends a client what it has missed since a place. False when that is not kept.
    /// </summary>
    /// <param name="connection">The client's socket.</param>
    /// <param name="after">The last frame that it has.</param>
    /// <param name="isRebuilding">The past is being read from the worker: the place may still come.</param>
    public bool TryReplay(LiveConnection connection, FrameId after, bool isRebuilding)
    {
        var missed = new List<RetainedFrame>();
        if ((!isRebuilding && !_numbers.Accept(after)) || !_log.TryRead(after, missed))
        {
            return false;
        }

        connection.Seen = after;
        foreach (var frame in missed.Where(frame => !frame.Bytes.IsEmpty))
        {
            connection.Send(Numbered(frame.Id, frame.Bytes));
        }

        return true;
    }

    /// <summary>What is said until <see cref="EndEvent"/> follows from an event of the agent.</summary>
    /// <param name="item">The event.</param>
    /// <param name="past">It happened before this process began to watch: only clients that come back for it get its frames.</param>
    public void BeginEvent(WorkerEvent item, bool past)
    {
        if (item.Id is { } id && _numbers.Begin(id))
        {
            _log.Continue(_numbers.Last);
        }

        _past = past;
    }

    /// <summary>
    /// The past begins in the middle: events before this one are not kept. What follows from the next ones may depend on them, so nobody gets
    /// it, until <see cref="ResumePast"/>, or else until <see cref="EndPast"/>.
    /// </summary>
    public void LosePast(AgentEventId first)
    {
        _numbers.Skip(first);
        _log.Restart(_numbers.Last);
        _beginningIsMissing = true;
    }

    /// <summary>Nothing before this event of the past has a bearing on what follows from it: clients that were that far can go on.</summary>
    public void ResumePast(AgentEventId item)
    {
        if (_beginningIsMissing)
        {
            _numbers.Resume(item);
            _log.Restart(_numbers.Last);
            _beginningIsMissing = false;
        }
    }

    /// <summary>The past has been read up to this event. If its beginning is missing still, every client has to reload.</summary>
    public void EndPast(AgentEventId last, bool turnActive)
    {
        if (_beginningIsMissing)
        {
            Skip(last with { Sequence = last.Sequence + 1 }, turnActive);
        }
    }

    /// <summary>Events of the agent before this one are missing: every client is told to reload, also those that come back later.</summary>
    public void Skip(AgentEventId first, bool turnActive)
    {
        _beginningIsMissing = false;
        _numbers.Skip(first);
        _log.Continue(_numbers.Last);
        BroadcastToResuming(Frame.Gap(requested: null, _numbers.Last, turnActive));
    }

    public void EndEvent()
    {
        _numbers.End();
        _past = false;
    }

    /// <summary>Sends a frame to all clients.</summary>
    public void Broadcast(ReadOnlyMemory<byte> frame) => Publish(frame, toPlainClients: !_past);

    /// <summary>Sends a frame to the clients that asked for numbers: others do not know it.</summary>
    public void BroadcastToResuming(ReadOnlyMemory<byte> frame) => Publish(frame, toPlainClients: false);

    /// <summary>The session has ended.</summary>
    public void Close() => _budget.Close(_log);

    private void Publish(ReadOnlyMemory<byte> frame, bool toPlainClients)
    {
        if (_past && _beginningIsMissing)
        {
            return;
        }

        var id = _numbers.Next();
        _log.Add(new RetainedFrame(id, frame));
        ReadOnlyMemory<byte> numbered = default;
        foreach (var connection in _connections)
        {
            if (!connection.IsResumable)
            {
                if (toPlainClients)
                {
                    connection.Send(frame);
                }
            }
            else if (Misses(connection.Seen, id))
            {
                numbered = numbered.IsEmpty ? Numbered(id, frame) : numbered;
                connection.Send(numbered);
            }
        }
    }

    /// <summary>
    /// Whether a client has not had a frame. What is of the past is for those only who go on in it: others have been told to reload.
    /// </summary>
    private bool Misses(FrameId seen, FrameId frame) => seen.Epoch == frame.Epoch ? seen.Sequence < frame.Sequence : !_past;

    private static ReadOnlyMemory<byte> Numbered(FrameId id, ReadOnlyMemory<byte> frame)
    {
        Span<byte> head = stackalloc byte[256];
        if (!Utf8.TryWrite(head, $"{{\"seq\":{id.Sequence},\"epoch\":\"{id.Epoch}\",", out var length))
        {
            throw new InvalidOperationException($"The epoch \"{id.Epoch}\" is too long.");
        }

        var numbered = new byte[length + frame.Length - 1];
        head[..length].CopyTo(numbered);
        frame.Span[1..].CopyTo(numbered.AsSpan(length));
        return numbered;
    }
}
