using System.Net.WebSockets;
using Sidecar.Contracts;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// The live sessions: made for their first socket or running agent, released when nothing keeps them. Bounded in number.
/// Lock order: this gate before a session's.
/// </summary>
internal sealed class LiveSessionRegistry(LiveServices services, LiveMetrics metrics) : ILiveSessionControl, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LiveSession> _sessions = new(StringComparer.OrdinalIgnoreCase);
    private readonly DeletedSessions _deleted = new(services.Time);
    private bool _stopping;

    /// <summary>Attaches a socket to its session. Null when as many sessions are held as may be.</summary>
    public LiveSession? Attach(string sessionId, LiveConnection connection)
    {
        lock (_gate)
        {
            if (_stopping || GetOrAdd(sessionId) is not { } session)
            {
                return null;
            }

            session.Attach(connection);
            return session;
        }
    }

    /// <summary>Takes over a running agent; ends when its past has been read.</summary>
    public async Task AdoptAsync(AgentSession running, string? providerId)
    {
        LiveSession? session;
        lock (_gate)
        {
            session = GetOrAdd(running.SessionId);
        }

        if (session is { Agent.Current: null })
        {
            await session.Agent.AdoptAsync(running, providerId);
            session.Changes.AfterAdoption();
            session.Stop.GoOnAfterAdoption();
            lock (session.Gate)
            {
                session.Reconsider(); // nobody may ever come for it
            }
        }
    }

    /// <inheritdoc/>
    public async Task BeginDeleteAsync(string sessionId, CancellationToken cancellationToken)
    {
        LiveSession? session;
        lock (_gate)
        {
            _deleted.Prune();
            _deleted.Add(sessionId);
            session = _sessions.GetValueOrDefault(sessionId);
            session?.IsDeleted = true;
        }

        if (session is not null)
        {
            // Behind a start that is under way: a process that has just begun is stopped as well.
            await session.Transitions.Add(() => session.Agent.StopAsync(force: false)).WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void CompleteDelete(string sessionId)
    {
        lock (_gate)
        {
            _sessions.GetValueOrDefault(sessionId)?.CloseConnections(WebSocketCloseStatus.NormalClosure, "session deleted");
        }
    }

    /// <inheritdoc/>
    public void RollBackDelete(string sessionId)
    {
        lock (_gate)
        {
            _deleted.Remove(sessionId);
            _sessions.GetValueOrDefault(sessionId)?.IsDeleted = false;
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
        lock (_gate)
        {
            foreach (var session in _sessions.Values)
            {
                session.Dispose();
            }

            _sessions.Clear();
        }
    }

    private LiveSession? GetOrAdd(string sessionId)
    {
        if (_sessions.TryGetValue(sessionId, out var session))
        {
            return session;
        }

        if (_sessions.Count >= services.Options.MaxSessions)
        {
            return null;
        }

        _sessions[sessionId] = session = new LiveSession(sessionId, services, ReleaseIfUnused) { IsDeleted = _deleted.Contains(sessionId) };
        metrics.SessionAdded();
        return session;
    }

    private void ReleaseIfUnused(LiveSession session)
    {
        lock (_gate)
        {
            lock (session.Gate)
            {
                if (!session.IsUnused || _sessions.GetValueOrDefault(session.Id) != session || !_sessions.Remove(session.Id))
                {
                    return;
                }
            }
        }

        metrics.SessionRemoved();
        session.Dispose();
    }
}
