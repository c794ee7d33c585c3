using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Contracts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Guarding;

/// <summary>The worker as a program of its own, without an AppHost, and gone with everything it started at the end of its test.</summary>
internal sealed class WorkerProgram : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private const string MarkName = "SIDECAR_TEST_WORKER";

    private readonly TemporaryFolder _folder = new();
    private readonly string _mark = Guid.NewGuid().ToString("n");
    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly Task<string> _output;

    private WorkerProgram((string Name, string Value)[] environment)
    {
        var port = LocalPort.Find();
        var start = new ProcessStartInfo(FindProgram(), ["--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = _folder.CreateFolder("home");
        start.Environment["CLAUDE_CONFIG_DIR"] = _folder["config"];
        start.Environment["Sidecar__Agent__Command"] = TestPrograms.FakeAgent;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // a killed .NET process leaves its diagnostic pipes behind
        start.Environment[MarkName] = _mark;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        Run = ProcFs.Find(_process.Id) ?? default;
        _output = _process.StandardOutput.ReadToEndAsync();
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>The worker itself.</summary>
    public ProcessRun Run { get; }

    /// <summary>All living processes of this worker, itself included.</summary>
    public IReadOnlyList<ProcessRun> Living => ProcFs.WithEnvironment(MarkName, _mark);

    public IReadOnlyList<ProcessRun> Sleepers => [.. Living.Where(run => ProcFs.CommandLine(run.Id) == "sleep 600")];

    public IReadOnlyList<ProcessRun> Guards =>
        [.. Living.Where(run => ProcFs.CommandLine(run.Id).Contains("/SidecarWorker guard ", StringComparison.Ordinal))];

    /// <summary>What it has written, once it and whoever has its output are gone.</summary>
    public Task<string> Output => _output.WaitAsync(Deadline, TimeProvider.System);

    public static async Task<WorkerProgram> StartAsync(params (string Name, string Value)[] environment)
    {
        var worker = new WorkerProgram(environment);
        await WaitFor.True(worker.AnswersAsync, Deadline, "an answer from the worker");
        return worker;
    }

    /// <summary>Gives a new agent a prompt.</summary>
    public async Task SayAsync(string text)
    {
        var session = Guid.NewGuid();
        var launch = new AgentLaunch { LaunchId = "run-1", WorkDir = _folder.CreateFolder("work") };
        using var started = await _http.PostAsJsonAsync($"/v1/sessions/{session}/start", launch, WorkerJson.Default.AgentLaunch);
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        var message = JsonSerializer.SerializeToElement(new
        {
            type = "user",
            uuid = Guid.NewGuid(),
            message = new { role = "user", content = new[] { new { type = "text", text } } },
            parent_tool_use_id = (string?)null,
            session_id = "",
        });
        var input = new AgentInput { MessageId = "m1", LaunchId = "run-1", Message = message };
        using var answer = await _http.PostAsJsonAsync($"/v1/sessions/{session}/input", input, WorkerJson.Default.AgentInput);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Deadline, TimeProvider.System);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        // The guard first: it would take what follows for the end of its worker, and start to work.
        foreach (var left in Guards.Concat(Living))
        {
            TestSignals.Kill(left);
        }

        _http.Dispose();
        _process.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return false;
        }
    }

    private static string FindProgram()
    {
        // …/tests/SidecarWorker.Tests/bin/<Configuration>/<framework>/
        var framework = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var configuration = framework.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        var path = Path.Combine(root.FullName, "SidecarWorker", "bin", configuration.Name, framework.Name, "SidecarWorker");
        return File.Exists(path) ? path : throw new FileNotFoundException("The worker has not been built.", path);
    }
}
