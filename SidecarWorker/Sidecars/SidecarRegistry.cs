using Microsoft.Extensions.Options;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>All named sidecars: begun when the worker starts, ended together when it stops.</summary>
internal sealed class SidecarRegistry : IHostedLifecycleService, IDisposable
{
    // Every question has a deadline of its own. Redirects are not followed: where they lead is another program.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly SortedDictionary<string, NamedSidecar> _sidecars = new(StringComparer.OrdinalIgnoreCase);
    private Task _ended = Task.CompletedTask;

    public SidecarRegistry(
        IOptions<SidecarsOptions> options, WorkerRun worker, TreeWatch watch, SidecarMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        var (logger, runLogger) = (loggers.CreateLogger<NamedSidecar>(), loggers.CreateLogger<SidecarRunner>());
        foreach (var (name, settings) in options.Value.Sidecars)
        {
            var journal = new SidecarJournal(name, settings.Command, metrics, time);
            var runner = new SidecarRunner(name, settings, journal, worker, watch, _http, time, runLogger);
            _sidecars[name] = new NamedSidecar(name, settings, runner, journal, time, logger);
        }
    }

    /// <summary>All of them, by name.</summary>
    public SidecarList List() => new([.. _sidecars.Values.Select(sidecar => sidecar.Describe())]);

    /// <summary>The sidecar of this name.</summary>
    /// <exception cref="WorkerException">There is none.</exception>
    public NamedSidecar Get(string name) => _sidecars.GetValueOrDefault(name) ?? throw WorkerException.UnknownSidecar(name, _sidecars.Keys);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Nobody waits for them: the worker serves its agents whether or not a sidecar becomes healthy.
        foreach (var sidecar in _sidecars.Values)
        {
            sidecar.Begin();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        // Only begun here: the agents stop at the same time, and the budgets of both must not add up.
        _ended = Task.WhenAll(_sidecars.Values.Select(sidecar => sidecar.EndAsync()));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _ended;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
