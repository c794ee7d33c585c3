using System.Net.WebSockets;
using Sidecar.SessionApi.Live.Agents;
using Sidecar.SessionApi.Live.Resuming;
using Sidecar.SessionApi.Live.Translation;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// One session with client sockets or a running agent: who is connected, which turns are open, what is asked, and the agent behind it.
/// State changes happen under <see cref="Gate"/> and never wait; what waits runs outside and checks afterwards that it still owns the turn.
/// A message of the agent is translated once and its frames are shared by all sockets.
/// </summary>
internal sealed class LiveSession : IDisposable
{
    private readonly LiveSessionLifetime _lifetime;

    /// <param name="id">The session's id as clients write it.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="onUnused">Called, without any lock held, when nothing keeps the session alive.</param>
    public LiveSession(string id, LiveServices services, Action<LiveSession> onUnused)
    {
        Id = id;
        Services = services;
        Frames = new FrameStream(services.Retained);
        Receipts = new MessageReceipts(services.Options.MaxReceipts, services.Bounds.Receipts);
        Controls = new ControlRequests(
            services.Time, services.Options.ControlTimeout, services.Options.MaxControlRequests, services.Bounds.ControlRequests);
        Prompts = new PermissionPrompts(services.Options.MaxPrompts, services.Bounds.Prompts);
        var events = new AgentEvents(this);
        Agent = new SessionAgent(id, services.Worker, services.Events, events, services.Time, services.Loggers.CreateLogger<SessionAgent>());
        Transitions = new SerialTasks(ReconsiderUnderGate, services.Options.MaxTransitions, services.Bounds.Transitions);
        TurnRunner = new TurnRunner(this);
        Changes = new RuntimeChanges(this);
        Start = new AgentStart(this);
        Stop = new TurnStop(this);
        Clear = new SessionClear(this);
        TaskStops = new TaskStops(this);
        Answers = new PermissionAnswers(this);
        _lifetime = new LiveSessionLifetime(this, onUnused);
    }

    public string Id { get; }

    public LiveServices Services { get; }

    /// <summary>Guards all state of the session. Nothing waits under it.</summary>
    public Lock Gate { get; } = new();

    public SessionAgent Agent { get; }

    public ControlRequests Controls { get; }

    public TurnRunner TurnRunner { get; }

    public RuntimeChanges Changes { get; }

    public AgentStart Start { get; }

    public TurnStop Stop { get; }

    public SessionClear Clear { get; }

    public TaskStops TaskStops { get; }

    public PermissionAnswers Answers { get; }

    /// <summary>Starts, restarts and changes of the agent, one after the other.</summary>
    public SerialTasks Transitions { get; }

    /// <summary>What is said to the clients.</summary>
    public FrameStream Frames { get; }

    /// <summary>The messages that clients gave ids.</summary>
    public MessageReceipts Receipts { get; }

    public Turns Turns { get; } = new();

    public PermissionPrompts Prompts { get; }

    public AgentTranslator Translator { get; } = new();

    public BackgroundTasks BackgroundTasks { get; } = new();

    /// <summary>The session is being deleted: nothing may start.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>Takes a new socket in and sends it the session's state. Later frames reach it in order.</summary>
    /// <param name="connection">The socket.</param>
    /// <param name="after">The last numbered frame that its client has; null when it has none.</param>
    public void Attach(LiveConnection connection, FrameId? after)
    {
        lock (Gate)
        {
            var joined = connection.JoinsTurn && Turns.Any ? Frames.TurnStart : (FrameId?)null;
            connection.Send(connection.IsResumable ? Frame.Connected(Id, joined ?? Frames.Last) : Frame.Connected(Id));
            if ((after ?? joined) is { } place)
            {
                Resume(connection, place);
            }

            foreach (var prompt in Prompts.All)
            {
                connection.Send(prompt.Frame);
            }

            connection.Send(Frame.PermissionSnapshot(Prompts.All.Select(prompt => prompt.RequestId), Turns.Any));
            foreach (var failed in BackgroundTasks.FailedStops)
            {
                connection.Send(failed);
            }

            Frames.Add(connection);
            Reconsider();
        }
    }

    public void Detach(LiveConnection connection)
    {
        lock (Gate)
        {
            Frames.Remove(connection);
            Reconsider();
        }
    }

    /// <summary>Takes the gate to apply an event of the agent: what is sent until it is left follows from that event.</summary>
    public EventScope Apply(AgentRun run, WorkerEvent item)
    {
        var scope = Gate.EnterScope();
        Frames.BeginEvent(item, run.IsPast(item));
        return new EventScope(this, scope);
    }

    /// <summary>Begins a turn. Under the gate.</summary>
    public Turn BeginTurn(string? uuid, string? clientId = null, bool isCommand = false, TurnSpan? span = null)
    {
        if (!Turns.Any)
        {
            Frames.BeginTurn();
        }

        return Turns.Begin(uuid, clientId, isCommand, span);
    }

    /// <summary>A turn has ended; what follows is of the one that waited behind it, if any. Under the gate.</summary>
    public void BeginNextTurn()
    {
        if (Turns.Any)
        {
            Frames.BeginTurn();
        }
    }

    /// <summary>Sends frames to all sockets. Under the gate.</summary>
    public void Broadcast(params ReadOnlySpan<ReadOnlyMemory<byte>> frames)
    {
        foreach (var frame in frames)
        {
            Frames.Broadcast(frame);
        }
    }

    public void SendState(LiveConnection connection)
    {
        lock (Gate)
        {
            connection.Send(State());
        }
    }

    /// <summary>The frame that tells whether a turn runs, as it is now.</summary>
    public ReadOnlyMemory<byte> State()
    {
        lock (Gate)
        {
            return Frame.SessionState(Turns.Any, BackgroundTasks.Running);
        }
    }

    /// <summary>Appends what has changed to the transcript, for the next agent and for the list.</summary>
    public Task RecordAsync(SessionMetaChange change) => Services.Transcripts.RecordMetaAsync(Id, change, CancellationToken.None);

    /// <summary>Closes all sockets.</summary>
    public void CloseConnections(WebSocketCloseStatus status, string reason)
    {
        lock (Gate)
        {
            foreach (var connection in Frames.Connections)
            {
                connection.Close(status, reason);
            }
        }
    }

    /// <summary>Looks what keeps the session alive; called after every change of it, under the gate.</summary>
    public void Reconsider()
    {
        ReportEnded();
        _lifetime.Reconsider();
    }

    /// <summary>Whether any client is connected. Under the gate.</summary>
    public bool HasClients => Frames.Connections.Count > 0;

    /// <summary>How many sockets it has.</summary>
    public int SocketCount => Frames.Connections.Count;

    /// <summary>When a client last came or left, as a timestamp. Under the registry's gate.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether nothing keeps it. Under the gate.</summary>
    public bool IsUnused => !HasClients && !Turns.Any && Prompts.Count == 0 && Transitions.Count == 0 && Agent.Current is null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _lifetime.Dispose();
        Agent.Dispose();
        lock (Gate)
        {
            Frames.Close();
            Receipts.Close();
        }
    }

    /// <summary>Tells of the turns that have ended. Under the gate.</summary>
    public void ReportEnded()
    {
        foreach (var turn in Turns.TakeEnded())
        {
            Frames.BroadcastToResuming(Frame.Completed(turn.ClientId!, turn.Outcome!.Value));
            if (turn is { Outcome: MessageOutcome.Failed, IsWritten: false })
            {
                Receipts.Forget(turn.ClientId!);
            }
        }
    }

    private void Resume(LiveConnection connection, FrameId after)
    {
        var replayed = Frames.TryReplay(connection, after, isRebuilding: Agent.Current is { PastRead.IsCompleted: false });
        Services.Metrics.Resumed(replayed);
        if (!replayed)
        {
            connection.Send(Frame.Gap(after, Frames.Last, Turns.Any));
        }
    }

    private void ReconsiderUnderGate()
    {
        lock (Gate)
        {
            Reconsider();
        }
    }
}
