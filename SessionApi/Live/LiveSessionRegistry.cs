using System.Net.WebSockets;
using Sidecar.Contracts;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// The live sessions: made for their first socket or running agent, released when nothing keeps them. Bounded in number; when all places
/// are taken a session that nothing keeps makes room, and else the newcomer is refused. A running agent is never refused.
/// Lock order: this gate before a session's.
/// </summary>
internal sealed class LiveSessionRegistry : ILiveSessionControl, IDisposable
{
    // How often marks of deleted sessions are looked through, unless they live shorter.
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(1);

    private readonly LiveServices _services;
    private readonly LiveSockets _sockets;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveSession> _sessions = new(StringComparer.OrdinalIgnoreCase);
    private readonly DeletedSessions _deleted;
    private readonly ITimer _pruning;
    private bool _stopping;

    public LiveSessionRegistry(LiveServices services, LiveSockets sockets)
    {
        _services = services;
        _sockets = sockets;
        var lifetime = services.Options.DeletedSessionsLifetime;
        _deleted = new DeletedSessions(services.Time, lifetime, services.Bounds.DeletedSessions);
        var interval = lifetime < PruneInterval ? lifetime : PruneInterval;
        _pruning = services.Time.CreateTimer(static registry => ((LiveSessionRegistry)registry!).Prune(), this, interval, interval);
    }

    /// <summary>Attaches a socket to its session. Null when there is no place for it, or we are stopping; then it was asked to close.</summary>
    public LiveSession? Attach(string sessionId, LiveConnection connection, FrameId? after)
    {
        lock (_gate)
        {
            if (Admit(sessionId, connection, out var session) is { } refusal)
            {
                _services.Metrics.Refused(refusal);
                connection.Close((WebSocketCloseStatus)(refusal == LiveRefusal.Stopping ? 1012 : 1013), ReasonFor(refusal));
                return null;
            }

            session!.LastUsed = _services.Time.GetTimestamp();
            connection.State = session.State;
            session.Attach(connection, after);
            return session;
        }
    }

    /// <summary>The socket has left its session.</summary>
    public void Detach(LiveSession session, LiveConnection connection)
    {
        lock (_gate)
        {
            session.LastUsed = _services.Time.GetTimestamp();
            session.Detach(connection);
        }
    }

    /// <summary>Whether any client is connected to any session.</summary>
    public bool HasClients => _services.Bounds.Sockets.Used > 0;

    /// <summary>Whether a client is connected to a session.</summary>
    public bool HasClientsOf(string sessionId)
    {
        lock (_gate)
        {
            return Find(sessionId)?.SocketCount > 0;
        }
    }

    /// <summary>Sends a frame to the clients of a session, if it has any.</summary>
    public void Broadcast(string sessionId, ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            if (Find(sessionId) is { } session)
            {
                lock (session.Gate)
                {
                    session.Broadcast(frame);
                }
            }
        }
    }

    /// <summary>Takes over a running agent; ends when its past has been read.</summary>
    public async Task AdoptAsync(AgentSession running, string? providerId)
    {
        LiveSession session;
        Task past;
        lock (_gate)
        {
            session = Find(running.SessionId) ?? Add(running.SessionId); // it runs, whether or not there is a place for it
            if (session.Agent.Current is not null)
            {
                return;
            }

            past = session.Agent.AdoptAsync(running, providerId); // at once: nothing keeps a session without an agent
        }

        await past;
        session.Changes.AfterAdoption();
        session.Stop.GoOnAfterAdoption();
        lock (session.Gate)
        {
            session.Reconsider(); // nobody may ever come for it
        }
    }

    /// <summary>Adds a step to a session's transitions; the session is made for it if it is not live, and released behind it.</summary>
    /// <exception cref="ApiErrorException">There is no place for one more live session, or for one more step of this one.</exception>
    public Task AddStep(string sessionId, Func<LiveSession, Task> step)
    {
        lock (_gate)
        {
            var session = Find(sessionId);
            if (session is null && _sessions.Count >= _services.Options.MaxSessions && !MakeRoom())
            {
                throw new ApiErrorException(ApiError.Busy("Too many sessions are live; try again later."));
            }

            session ??= Add(sessionId);
            return session.Transitions.TryAdd(() => step(session)) ?? throw TooManySteps(); // under the gate, so that it is not released before
        }
    }

    /// <summary>Adds all live sessions to a list.</summary>
    public void CopyTo(List<LiveSession> list)
    {
        lock (_gate)
        {
            list.AddRange(_sessions.Values);
        }
    }

    /// <summary>The session if it is live.</summary>
    public LiveSession? FindLive(string sessionId)
    {
        lock (_gate)
        {
            return Find(sessionId);
        }
    }

    /// <inheritdoc/>
    public async Task BeginDeleteAsync(string sessionId, CancellationToken cancellationToken)
    {
        Task? stopped = null;
        lock (_gate)
        {
            var wasMarked = _deleted.Contains(sessionId);
            Mark(sessionId);
            if (Find(sessionId) is { } session)
            {
                // Behind a start that is under way: a process that has just begun is stopped as well.
                stopped = session.Transitions.TryAdd(() => session.Agent.StopAsync(force: false));
                if (stopped is null)
                {
                    if (!wasMarked)
                    {
                        Unmark(sessionId);
                    }

                    throw TooManySteps();
                }
            }
        }

        if (stopped is not null)
        {
            await stopped.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void CompleteDelete(string sessionId)
    {
        lock (_gate)
        {
            Mark(sessionId); // another deletion of it may have been given up meanwhile
            Find(sessionId)?.CloseConnections(WebSocketCloseStatus.NormalClosure, "session deleted");
        }
    }

    /// <inheritdoc/>
    public void RollBackDelete(string sessionId)
    {
        lock (_gate)
        {
            Unmark(sessionId);
        }
    }

    /// <summary>Closes all sockets because this process stops. The agents go on: the next life of this process takes them over.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (var session in _sessions.Values)
            {
                session.CloseConnections((WebSocketCloseStatus)1012, "service restart");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pruning.Dispose();
        lock (_gate)
        {
            foreach (var session in _sessions.Values)
            {
                session.Dispose();
            }

            _sessions.Clear();
        }
    }

    /// <summary>Finds or makes the session; or says why the socket cannot have it.</summary>
    private LiveRefusal? Admit(string sessionId, LiveConnection connection, out LiveSession? session)
    {
        session = Find(sessionId);
        if (_stopping)
        {
            return LiveRefusal.Stopping;
        }

        if (session?.SocketCount >= _services.Options.MaxSocketsPerSession)
        {
            return LiveRefusal.SocketsOfSession;
        }

        if (!_sockets.TryAdd(connection))
        {
            return LiveRefusal.Sockets;
        }

        if (session is null && _sessions.Count >= _services.Options.MaxSessions && !MakeRoom())
        {
            _sockets.Remove(connection);
            return LiveRefusal.Sessions;
        }

        session ??= Add(sessionId);
        return null;
    }

    private void Mark(string sessionId)
    {
        _deleted.Add(sessionId);
        Find(sessionId)?.IsDeleted = true;
    }

    private void Unmark(string sessionId)
    {
        _deleted.Remove(sessionId);
        Find(sessionId)?.IsDeleted = false;
    }

    private static ApiErrorException TooManySteps() => new(ApiError.Busy("Too many changes of this session's agent wait for one another; try again later."));

    private static string ReasonFor(LiveRefusal refusal) => refusal switch
    {
        LiveRefusal.Stopping => "service restart",
        LiveRefusal.Sockets => "too many sockets",
        LiveRefusal.Sessions => "too many live sessions",
        _ => "too many sockets of this session",
    };

    private LiveSession? Find(string sessionId) => _sessions.GetValueOrDefault(sessionId);

    private LiveSession Add(string sessionId)
    {
        var session = new LiveSession(sessionId, _services, ReleaseIfUnused) { IsDeleted = _deleted.Contains(sessionId) };
        _sessions.Add(sessionId, session);
        _services.Bounds.Sessions.Add(1);
        return session;
    }

    /// <summary>Releases the session that nothing keeps and that was used least recently. False when something keeps every one of them.</summary>
    private bool MakeRoom()
    {
        LiveSession? oldest = null;
        foreach (var session in _sessions.Values)
        {
            lock (session.Gate)
            {
                if (session.IsUnused && (oldest is null || session.LastUsed < oldest.LastUsed))
                {
                    oldest = session;
                }
            }
        }

        return oldest is not null && TryRelease(oldest);
    }

    private void ReleaseIfUnused(LiveSession session)
    {
        lock (_gate)
        {
            TryRelease(session);
        }
    }

    private bool TryRelease(LiveSession session)
    {
        lock (session.Gate)
        {
            if (!session.IsUnused || Find(session.Id) != session)
            {
                return false;
            }
        }

        _sessions.Remove(session.Id);
        _services.Bounds.Sessions.Remove(1);
        session.Dispose();
        return true;
    }

    private void Prune()
    {
        lock (_gate)
        {
            _deleted.Prune();
        }
    }
}
