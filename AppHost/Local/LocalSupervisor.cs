using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sidecar.Supervision.Ports;
using Sidecar.Supervision.Probing;
using Sidecar.Supervision.Reaping;
using Sidecar.Supervision.Restarting;

namespace Sidecar.AppHost.Local;

/// <summary>
/// Starts the services in order, each when the one before is healthy; keeps them running; stops them in the opposite order.
/// </summary>
internal sealed class LocalSupervisor(
    IReadOnlyList<LocalService> services,
    IOptions<ProbeOptions> probing,
    IOptions<RestartOptions> restarting,
    Dashboard dashboard,
    ConsoleOutput console,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : BackgroundService
{
    /// <summary>The session API needs a moment to close its sockets, the worker up to 8 s for its agents.</summary>
    public static readonly TimeSpan ShutdownBudget = TimeSpan.FromSeconds(20);

    private const string MarkerName = "SIDECAR_HOST_RUN";

    // What an AppHost that was killed leaves behind has been asked to end, and may be about to.
    private static readonly TimeSpan OrphanGrace = TimeSpan.FromSeconds(2);

    private readonly ProcessOwner _owner = ProcessOwner.Current();
    private readonly List<ServiceRunner> _runners = [];
    private readonly string _runId = Guid.NewGuid().ToString("n");

    /// <summary>0, or 1 when the system could not start.</summary>
    public int ExitCode { get; private set; }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var runner in Enumerable.Reverse(_runners))
        {
            await runner.StopAsync();
        }

        await dashboard.StopAsync(); // last: it shows how the services stop
        console.Say("Stopped.");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _runners.ForEach(runner => runner.Dispose());
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await StartAllAsync(stoppingToken) is { } problem)
            {
                console.Say(problem);
                ExitCode = 1;
                lifetime.StopApplication();
                return;
            }

            console.Say($"Sidecar is ready: {services[^1].Address}");
            console.Say("Press Ctrl+C to stop.");
            await Task.WhenAll(_runners.Select(runner => runner.KeepRunningAsync(stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync does the rest.
        }
    }

    private async Task<string?> StartAllAsync(CancellationToken cancellationToken)
    {
        // Before the ports are looked at: a service that was frozen when its AppHost died still has one.
        if (await new OrphanReaper(MarkerName, time) { Grace = OrphanGrace }.ReapAsync(cancellationToken) is > 0 and var reaped)
        {
            console.Say($"Ended {reaped} processes that an earlier AppHost had left behind.");
        }

        if (services.FirstOrDefault(service => service.HasChosenPort && PortHolder.IsTaken(service.Port)) is { } blocked)
        {
            return PortHolder.Explain(blocked.Port);
        }

        var telemetry = await dashboard.StartAsync(_owner.Marker(MarkerName, $"{_runId}.dashboard"), cancellationToken);
        foreach (var service in services)
        {
            service.WithEnvironment(telemetry);
            var runner = new ServiceRunner(service, _owner.Marker(MarkerName, $"{_runId}.{service.Name}"), probing.Value, restarting.Value, console, time);
            _runners.Add(runner);
            if (await runner.StartAsync(cancellationToken) is { } problem)
            {
                return $"{service.Name} could not be started: {problem}";
            }

            console.Say($"{service.Name} is healthy at {service.Address}");
        }

        return null;
    }
}
