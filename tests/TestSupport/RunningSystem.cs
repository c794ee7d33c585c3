using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sidecar.Tests.TestSupport;

/// <summary>
/// The whole system as a person starts it: an AppHost with a home, a config directory and a port of its own. The config directory is the mark by
/// which everything that belongs to it is found.
/// </summary>
public sealed class RunningSystem : IDisposable
{
    private const string MarkName = "CLAUDE_CONFIG_DIR";

    // An output that grows beyond this belongs to a system that is out of control.
    private const int MostLines = 50_000;

    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(30);

    // What the shell that runs this may have set.
    private static readonly string[] ForeignVariables = ["Sidecar__", "services__", "CLAUDE", "ANTHROPIC_", "FAKE_AGENT_", "ASPNETCORE_", "OTEL_"];

    private readonly Process _process;
    private readonly TemporaryFolder _folder;
    private readonly HttpClient _http;
    private readonly List<string> _output = [];
    private readonly Task _reading;

    private RunningSystem(string appHost, TemporaryFolder folder, string[] arguments, (string Name, string Value)[] environment)
    {
        _folder = folder;
        Port = LocalPort.Find();
        // A shell starts what runs in the background with SIGINT ignored, and that is inherited: the AppHost would not hear Ctrl+C.
        var start = CleanStart("env");
        start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add(appHost);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.WorkingDirectory = folder.Path;
        start.Environment["HOME"] = folder.CreateFolder("home");
        start.Environment[MarkName] = MarkOf(folder);
        start.Environment["Sidecar__Port"] = $"{Port}";
        // A killed .NET process leaves its diagnostic pipes in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["Sidecar__Dashboard__Enabled"] = "false"; // where the Aspire CLI is installed
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(15) };
        _process = Process.Start(start)!;
        AppHost = ProcFs.Find(_process.Id) ?? default;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>Where the session API listens.</summary>
    public int Port { get; }

    public HttpClient Http => _http;

    public ProcessRun AppHost { get; }

    /// <summary>Whether the AppHost has ended.</summary>
    public bool HasExited => _process.HasExited;

    public ProcessRun SessionApi => Service("SessionApi") ?? throw new InvalidOperationException("There is no SessionApi.");

    public ProcessRun Worker => Service("SidecarWorker") ?? throw new InvalidOperationException("There is no SidecarWorker.");

    /// <summary>The helpers of the worker that outlive it to clean up; none where there is no such program.</summary>
    public IReadOnlyList<ProcessRun> Guardians =>
        [.. Marked(_folder).Union(ProcFs.Descendants(AppHost.Id)).Where(run => ProgramOf(run) == "SidecarWorker" && IsGuardian(run))];

    /// <summary>Everything that the system has written so far.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output)
            {
                return [.. _output];
            }
        }
    }

    /// <summary>Starts a system that may not become ready. The folder stays the caller's.</summary>
    public static RunningSystem Launch(string appHost, TemporaryFolder folder, params (string Name, string Value)[] environment) =>
        Launch(appHost, folder, [], environment);

    /// <summary>The same with arguments for the AppHost.</summary>
    public static RunningSystem Launch(
        string appHost, TemporaryFolder folder, string[] arguments, params (string Name, string Value)[] environment) =>
        new(appHost, folder, arguments, environment);

    /// <summary>Starts a system and waits until it says that it is ready. The folder stays the caller's.</summary>
    public static async Task<RunningSystem> StartAsync(string appHost, TemporaryFolder folder, params (string Name, string Value)[] environment)
    {
        var system = Launch(appHost, folder, environment);
        try
        {
            await system.WaitUntilReadyAsync();
            return system;
        }
        catch
        {
            KillMarked(folder);
            system.Dispose();
            throw;
        }
    }

    /// <summary>A program that is to be started with nothing of our own settings.</summary>
    public static ProcessStartInfo CleanStart(string program)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>Every living process that was started with the config directory of this folder.</summary>
    public static IReadOnlyList<ProcessRun> Marked(TemporaryFolder folder) => ProcFs.WithEnvironment(MarkName, MarkOf(folder));

    /// <summary>Ends whatever carries the mark: what a failed run has left.</summary>
    public static void KillMarked(TemporaryFolder folder)
    {
        foreach (var run in Marked(folder))
        {
            TestSignals.Kill(run);
        }
    }

    /// <summary>Which of these names of variables are settings of the system or of an agent, of which a system under test has its own.</summary>
    public static IEnumerable<string> ForeignAmong(IEnumerable<string> names) => names.Where(IsForeign);

    /// <summary>The one process of a service that was started with the config directory of this folder, whoever has started it.</summary>
    public static ProcessRun? MarkedService(TemporaryFolder folder, string program) => OnlyService(Marked(folder), program);

    public static string ProgramOf(ProcessRun run) => Path.GetFileName(ProcFs.CommandLine(run.Id).Split(' ')[0]);

    public ProcessRun? Service(string program) => OnlyService(ProcFs.Descendants(AppHost.Id), program);

    /// <summary>Waits until the system says that it is ready.</summary>
    public Task WaitUntilReadyAsync() => WaitForOutputAsync("Sidecar is ready", ReadyDeadline);

    /// <summary>Creates a session in a working directory of its own.</summary>
    public Task<Session> CreateSessionAsync() => CreateSessionAsync(Guid.NewGuid().ToString("n"));

    /// <summary>Creates a session in a working directory that others may have as well.</summary>
    /// <param name="folder">Its name.</param>
    public Task<Session> CreateSessionAsync(string folder) => CreateSessionAsync(_http, _folder.CreateFolder("work", folder));

    /// <summary>Creates a session of any system.</summary>
    /// <param name="http">A client of its session API.</param>
    /// <param name="workDir">The working directory.</param>
    public static async Task<Session> CreateSessionAsync(HttpClient http, string workDir)
    {
        using var answer = await http.PostAsJsonAsync("/api/sessions", new { workDir });
        answer.EnsureSuccessStatusCode();
        return new Session((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!, workDir);
    }

    public async Task WaitForOutputAsync(string text, TimeSpan deadline)
    {
        bool IsThere() => Output.Any(line => line.Contains(text, StringComparison.Ordinal));
        await WaitFor.True(() => IsThere() || _process.HasExited, deadline, $"'{text}' in the output");
        if (!IsThere())
        {
            throw new InvalidOperationException($"The AppHost ended:\n{string.Join('\n', Output)}");
        }
    }

    /// <summary>Waits for the end of the AppHost; its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan deadline)
    {
        await _process.WaitForExitAsync().WaitAsync(deadline, TimeProvider.System);
        // Its output ends with the last process that holds the pipe, so its whole length is only there when nothing is left.
        await _reading.WaitAsync(deadline, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }

    private static string MarkOf(TemporaryFolder folder) => folder["config"];

    private static bool IsForeign(string name) => ForeignVariables.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static ProcessRun? OnlyService(IEnumerable<ProcessRun> runs, string program)
    {
        var found = runs.Where(run => ProgramOf(run) == program && !IsGuardian(run)).ToList();
        return found.Count == 1 ? found[0] : null;
    }

    private static bool IsGuardian(ProcessRun run) => ProcFs.CommandLine(run.Id).Split(' ').Contains("guard");

    private async Task ReadAsync(StreamReader reader)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (_output)
                {
                    if (_output.Count < MostLines)
                    {
                        _output.Add(line);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It is gone.
        }
    }
}

/// <summary>A session that was created for a test.</summary>
public sealed record Session(string Id, string WorkDir)
{
    /// <summary>A file in the session's working directory.</summary>
    public string File(string name) => Path.Combine(WorkDir, name);
}
