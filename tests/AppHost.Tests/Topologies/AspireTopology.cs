#if ASPIRE
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Topologies;

/// <summary>
/// The system under Aspire: the AppHost's own drawing, loaded into this process, and the real orchestrator. Every service listens on a free port,
/// and there is no dashboard.
/// </summary>
internal sealed class AspireTopology : ITopology
{
    private const string SessionApiName = "session-api";
    private const string WorkerName = "sidecar-worker";
    private const string HomeVariable = "HOME";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);

    private readonly string? _home;
    private DistributedApplication? _application;
    private HttpClient? _sessionApi;
    private HttpClient? _worker;

    private AspireTopology()
    {
        Agents = new AgentLog(Folder["agents.jsonl"]);
        // The orchestrator takes both from this process: what it keeps for itself goes to the folder, and what the shell has set goes nowhere.
        _home = Environment.GetEnvironmentVariable(HomeVariable);
        Environment.SetEnvironmentVariable(HomeVariable, Folder.CreateFolder("home"));
        foreach (var name in RunningSystem.ForeignAmong([.. Environment.GetEnvironmentVariables().Keys.Cast<string>()]))
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    public HttpClient SessionApi => _sessionApi!;

    public HttpClient Worker => _worker!;

    public TemporaryFolder Folder { get; } = new();

    public AgentLog Agents { get; }

    public string Output => string.Join('\n', Application.Services.GetFakeLogCollector().GetSnapshot().Select(line => line.ToString()));

    /// <summary>The running application, for what only Aspire has.</summary>
    public DistributedApplication Application => _application ?? throw new InvalidOperationException("The system has not been started.");

    public static async Task<AspireTopology> StartAsync(params (string Name, string Value)[] settings)
    {
        var topology = new AspireTopology();
        try
        {
            await topology.LaunchAsync(settings);
            return topology;
        }
        catch
        {
            await topology.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _sessionApi?.Dispose();
            _worker?.Dispose();
            if (_application is not null)
            {
                await _application.DisposeAsync().AsTask().WaitAsync(StopDeadline, TimeProvider.System);
            }

            var left = RunningSystem.Marked(Folder).Select(run => $"{run.Id} {ProcFs.CommandLine(run.Id)}").ToList();
            Assert.True(left.Count == 0, $"Processes are left: {string.Join("; ", left)}");
        }
        finally
        {
            RunningSystem.KillMarked(Folder);
            Environment.SetEnvironmentVariable(HomeVariable, _home);
            Folder.Dispose();
        }
    }

    private async Task LaunchAsync((string Name, string Value)[] settings)
    {
        using var deadline = new CancellationTokenSource(StartDeadline, TimeProvider.System);
        // Those of the AppHost itself are read from its arguments; the services do not mind those that are not theirs.
        var arguments = settings.Where(setting => setting.Name.StartsWith("Sidecar__", StringComparison.Ordinal))
            .Select(setting => $"--{setting.Name.Replace("__", ":", StringComparison.Ordinal)}={setting.Value}");
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>([.. arguments], deadline.Token);
        builder.Services.AddLogging(logging => logging.ClearProviders().AddFakeLogging());
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project).WithEnvironment(context =>
            {
                foreach (var (name, value) in Environments(settings))
                {
                    context.EnvironmentVariables[name] = value;
                }
            });
        }

        _application = await builder.BuildAsync(deadline.Token);
        await _application.StartAsync(deadline.Token);
        foreach (var name in new[] { WorkerName, SessionApiName })
        {
            await _application.ResourceNotifications.WaitForResourceHealthyAsync(name, deadline.Token);
        }

        _sessionApi = ClientOf(SessionApiName);
        _worker = ClientOf(WorkerName);
    }

    private IEnumerable<(string Name, string Value)> Environments((string Name, string Value)[] settings) =>
    [
        (HomeVariable, Folder["home"]),
        ("CLAUDE_CONFIG_DIR", Folder["config"]),
        ("DOTNET_EnableDiagnostics", "0"), // a killed .NET process leaves its diagnostic pipes in the temporary folder
        ("Sidecar__Agent__Command", TestPrograms.FakeAgent),
        ("FAKE_AGENT_LOG", Folder["agents.jsonl"]),
        .. settings,
    ];

    private HttpClient ClientOf(string name) => new() { BaseAddress = Application.GetEndpoint(name, "http"), Timeout = TimeSpan.FromSeconds(15) };
}
#endif
