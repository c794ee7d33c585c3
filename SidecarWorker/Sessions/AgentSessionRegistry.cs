using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Agents.Links;
using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Reaping;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// The sessions of this worker: bounded in number, forgotten some time after their last run ended, all stopped when the worker stops.
/// </summary>
internal sealed partial class AgentSessionRegistry : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan PruneInterval = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Guid, AgentSession> _sessions = new();
    private readonly AgentServices _services;
    private readonly ILogger _logger;
    private readonly string _workerId;
    private bool _stopping;

    public AgentSessionRegistry(
        AgentCommandLine commandLine,
        AgentLinks links,
        IOptions<AgentOptions> options,
        WorkerRun worker,
        WorkerBounds bounds,
        AgentMetrics metrics,
        TreeWatch watch,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var places = new AgentPlaces(bounds.Processes, StopLongestIdleAsync);
        var launcher = new AgentLauncher(commandLine, links, options.Value, worker, places, time);
        var budget = new EventBudget(bounds.RetainedBytes, LeastMissedEvents, time);
        _services = new AgentServices(
            options.Value, launcher, budget, bounds, metrics, watch, time, loggers.CreateLogger<AgentSession>(), loggers.CreateLogger<DiagnosticLog>());
        _workerId = worker.Id;
        _logger = loggers.CreateLogger<AgentSessionRegistry>();
    }

    /// <summary>All sessions that have had a run.</summary>
    public AgentSessionList List() =>
        new(_workerId, [.. _sessions.Values.Select(session => session.Describe()).OfType<Contracts.AgentSession>()]);

    /// <summary>A known session, or null.</summary>
    public AgentSession? Find(Guid id) => _sessions.GetValueOrDefault(id);

    /// <summary>Starts a run of a session, see <see cref="AgentSession.StartAsync"/>.</summary>
    /// <exception cref="WorkerException">The worker is stopping, holds as many sessions as it may, or the run cannot be started.</exception>
    public async Task<Contracts.AgentSession> StartAsync(Guid id, AgentLaunch launch, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A session can be forgotten between the two calls; then it is a new one that starts.
            var session = GetOrAdd(id);
            try
            {
                if (await session.StartAsync(launch, cancellationToken) is { } started)
                {
                    return started;
                }
            }
            finally
            {
                if (session.Describe() is null)
                {
                    Forget(id, session); // it has never run: nobody will read of it
                }
            }
        }
    }

    /// <summary>Forgets sessions whose last run ended long enough ago.</summary>
    public void Prune()
    {
        var limit = _services.Time.GetUtcNow() - _services.Options.EndedRetention;
        foreach (var (id, session) in _sessions)
        {
            if (session.EndedAt < limit)
            {
                Forget(id, session);
            }
        }
    }

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _stopping = true;
        }

        // All at once: each has its own budget, and together they must fit into ours.
        await Task.WhenAll(_sessions.Values.Select(session => session.StopAsync(launchId: null, AgentStopMode.Terminate, new AgentEnd(AgentExitCause.Shutdown))));
        foreach (var session in _sessions.Values)
        {
            session.Events.Complete();
        }
    }

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        // Before any session can be started: what an earlier life of a worker could not stop.
        if (await new OrphanReaper(WorkerRun.MarkerName, _services.Time).ReapAsync(cancellationToken) is > 0 and var reaped)
        {
            _services.Metrics.OrphansReaped(reaped);
            Log.OrphansReaped(_logger, reaped);
        }
    }

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PruneInterval, _services.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Prune();
            }
            catch (Exception exception)
            {
                Log.PruneFailed(_logger, exception); // one bad round must not end the loop
            }
        }
    }

    private AgentSession GetOrAdd(Guid id)
    {
        lock (_gate)
        {
            if (_stopping)
            {
                throw WorkerException.Unavailable("The worker is stopping.");
            }

            if (_sessions.TryGetValue(id, out var known))
            {
                return known;
            }

            if (!_services.Bounds.Sessions.TryAdd(1) && !(ForgetOldestEnded() && _services.Bounds.Sessions.TryAdd(1)))
            {
                throw WorkerException.Unavailable(
                    $"The worker holds {_services.Bounds.Sessions.Used} running sessions, as many as Sidecar:Agent:MaxSessions allows. Stop one, or raise the limit.");
            }

            var session = new AgentSession(id, _services);
            _sessions[id] = session;
            return session;
        }
    }

    private async Task<bool> StopLongestIdleAsync()
    {
        var end = new AgentEnd(AgentExitCause.Idle, "Its place was needed for another agent.");
        foreach (var session in _sessions.Values.Where(session => session.IdleSince is not null).OrderBy(session => session.IdleSince))
        {
            if (await session.StopIdleAsync(expected: null, end))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ended sessions, then idle ones, each the longest first. A session that changes meanwhile is only given another place.</summary>
    private IEnumerable<EventRing> LeastMissedEvents() => _sessions.Values
        .Select(session => (session.EndedAt, session.IdleSince, session.Events))
        .Where(entry => entry.EndedAt is not null || entry.IdleSince is not null)
        .OrderBy(entry => entry.EndedAt is null)
        .ThenBy(entry => entry.EndedAt)
        .ThenBy(entry => entry.IdleSince)
        .Select(entry => entry.Events);

    private bool ForgetOldestEnded()
    {
        foreach (var (id, session) in _sessions.Where(entry => entry.Value.EndedAt is not null).OrderBy(entry => entry.Value.EndedAt))
        {
            if (Forget(id, session))
            {
                return true;
            }
        }

        return false;
    }

    private bool Forget(Guid id, AgentSession session)
    {
        if (!session.TryRetire() || !_sessions.TryRemove(KeyValuePair.Create(id, session)))
        {
            return false;
        }

        _services.Bounds.Sessions.Remove(1);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Forgetting ended sessions failed; it is tried again.")]
        public static partial void PruneFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Ended {Count} processes that an earlier worker had left behind.")]
        public static partial void OrphansReaped(ILogger logger, int count);
    }
}
