using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SidecarWorker.Agents;
using Sidecar.SidecarWorker.Agents.Links;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Supervision.Limits;

namespace Sidecar.Tests.SidecarWorker.Sessions;

/// <summary>Makes a session without a worker around it.</summary>
internal static class TestSession
{
    public static AgentSession Of(AgentOptions options, TimeProvider time)
    {
        var settings = Options.Create(options);
        var bounds = new WorkerBounds(Bounds(), settings);
        var metrics = new AgentMetrics(Meters());
        var commandLine = new AgentCommandLine(settings, new ConfigurationBuilder().Build());
        var places = new AgentPlaces(bounds.Processes, () => Task.FromResult(false));
        var links = new AgentLinks(settings, new SdkAddress(new NoServer()), time);
        var launcher = new AgentLauncher(commandLine, links, options, new WorkerRun(), places, time);
        var watch = new TreeWatch(time, NullLogger<TreeWatch>.Instance);
        var budget = new EventBudget(bounds.RetainedBytes, () => [], time);
        var services = new AgentServices(
            options, launcher, budget, bounds, metrics, watch, time, NullLogger<AgentSession>.Instance, NullLogger<DiagnosticLog>.Instance);
        return new AgentSession(Guid.NewGuid(), services);
    }

    /// <summary>Bounds that nobody exports.</summary>
    public static BoundRegistry Bounds() => new(Meters());

    /// <summary>A budget that nothing exceeds.</summary>
    public static EventBudget Budget(TimeProvider time) => new(Bounds().Add("bytes", "By", "Bytes.", long.MaxValue / 2), () => [], time);

    private static IMeterFactory Meters() => new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();

    /// <summary>Not listening.</summary>
    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
