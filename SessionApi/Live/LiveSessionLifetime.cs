namespace Sidecar.SessionApi.Live;

/// <summary>
/// What keeps a session alive. A client does; so does work, which a disconnect never ends; a prompt that nobody can see does for a bounded
/// time, and an idle agent for the grace period. Then the agent is stopped, and a session without an agent is released.
/// </summary>
internal sealed class LiveSessionLifetime : IDisposable
{
    private readonly LiveSession _session;
    private readonly Action<LiveSession> _onUnused;
    private ITimer? _timer; // most sessions are only looked at: theirs never runs
    private bool _isDisposed;
    private Reason _waitingFor;

    /// <param name="session">The session.</param>
    /// <param name="onUnused">Called, without any lock held, when nothing keeps the session alive.</param>
    public LiveSessionLifetime(LiveSession session, Action<LiveSession> onUnused)
    {
        _session = session;
        _onUnused = onUnused;
    }

    /// <summary>Why the timer runs.</summary>
    private enum Reason
    {
        None,
        NoClient,
        PromptWithoutClient,
    }

    /// <summary>Starts or stops the clock after a change of the session. Under its gate.</summary>
    public void Reconsider()
    {
        var reason = Current();
        if (reason == Reason.NoClient && _session.Agent.Current is null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_onUnused, _session, preferLocal: false);
        }
        else if (reason != _waitingFor)
        {
            _waitingFor = reason;
            StartTimer(PatienceFor(reason));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_session.Gate)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void StartTimer(TimeSpan patience)
    {
        if (_timer is not null)
        {
            _timer.Change(patience, Timeout.InfiniteTimeSpan);
        }
        else if (!_isDisposed && patience != Timeout.InfiniteTimeSpan)
        {
            _timer = _session.Services.Time.CreateTimer(
                static state => ((LiveSessionLifetime)state!).OnTimer(), this, patience, Timeout.InfiniteTimeSpan);
        }
    }

    private Reason Current()
    {
        if (_session.HasClients)
        {
            return Reason.None;
        }

        if (_session.Prompts.Count > 0)
        {
            return Reason.PromptWithoutClient;
        }

        var works = _session.Turns.Any || _session.BackgroundTasks.Running.Count > 0 || _session.Transitions.Count > 0
            || _session.Agent.Current is { SaysItWorks: true };
        return works ? Reason.None : Reason.NoClient;
    }

    private TimeSpan PatienceFor(Reason reason)
    {
        var options = _session.Services.Options;
        var grace = _session.Services.DisconnectGrace;
        return reason switch
        {
            Reason.None => Timeout.InfiniteTimeSpan,
            Reason.PromptWithoutClient => options.PermissionGrace,
            _ when _session.Agent.Current is { IsPrewarmed: true } && options.PrewarmIdle < grace => options.PrewarmIdle,
            _ => grace,
        };
    }

    private void OnTimer()
    {
        lock (_session.Gate)
        {
            if (_waitingFor == Reason.None)
            {
                return; // a client came while the timer fired
            }

            var why = _waitingFor == Reason.PromptWithoutClient ? "a permission prompt waited too long" : "no client came back";
            LiveSessionLog.StoppedUnattended(_session.Services.Loggers.CreateLogger<LiveSessionLifetime>(), _session.Id, why);
            _waitingFor = Reason.None;
        }

        _ = _session.Transitions.Add(() => _session.Agent.StopAsync(force: false));
    }
}
