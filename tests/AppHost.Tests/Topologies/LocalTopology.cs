using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Topologies;

/// <summary>The system under the project's own supervision, as a process.</summary>
internal sealed class LocalTopology : ITopology
{
    private const string WorkerAddress = "sidecar-worker is healthy at ";

    private readonly SidecarSystem _system;

    private LocalTopology(SidecarSystem system)
    {
        _system = system;
        var line = system.Output.Split('\n').First(line => line.Contains(WorkerAddress, StringComparison.Ordinal));
        Worker = new HttpClient { BaseAddress = new Uri(line[(line.IndexOf(WorkerAddress, StringComparison.Ordinal) + WorkerAddress.Length)..]) };
    }

    public HttpClient SessionApi => _system.Http;

    public HttpClient Worker { get; }

    public TemporaryFolder Folder => _system.Folder;

    public AgentLog Agents => _system.Agents;

    public string Output => _system.Output;

    public static async Task<ITopology> StartAsync(params (string Name, string Value)[] settings) =>
        new LocalTopology(await SidecarSystem.StartAsync(settings));

    public ValueTask DisposeAsync()
    {
        Worker.Dispose();
        return _system.DisposeAsync();
    }
}
