using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>
/// The real system, started as a person starts it: the AppHost process with a home, a config directory and a port of its own.
/// Its disposal stops it like Ctrl+C does and proves that it stopped well and that nothing of it is left.
/// </summary>
public sealed class SidecarSystem : IAsyncDisposable
{
    private const string ConfigVariable = "CLAUDE_CONFIG_DIR";

    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    // What the shell of a developer, or another system that runs the tests, may have set.
    private static readonly string[] ForeignVariables = ["Sidecar__", "services__", "CLAUDE", "ANTHROPIC_", "FAKE_AGENT_", "ASPNETCORE_", "OTEL_"];

    private readonly Process _process;
    private readonly ProcessRun _run;
    private readonly List<string> _output = [];
    private readonly Task _reading;
    private bool _stopped;

    private SidecarSystem((string Name, string Value)[] environment)
    {
        Port = FreePort();
        var start = new ProcessStartInfo(AppHostProgram.Path)
        {
            WorkingDirectory = Folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var foreign = start.Environment.Keys
            .Where(name => ForeignVariables.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        foreign.ForEach(name => start.Environment.Remove(name));
        start.Environment["HOME"] = Folder.CreateFolder("home");
        start.Environment[ConfigVariable] = Config;
        start.Environment["Sidecar__Port"] = $"{Port}";
        start.Environment["Sidecar__Agent__Command"] = TestPrograms.FakeAgent;
        start.Environment["FAKE_AGENT_LOG"] = Folder["agents.jsonl"];
        // Tests kill processes, and a killed .NET process leaves its diagnostic pipes in the temporary folder.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Agents = new AgentLog(Folder["agents.jsonl"]);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        _process = Process.Start(start)!;
        _run = ProcFs.Find(_process.Id) ?? default;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    public TemporaryFolder Folder { get; } = new();

    public int Port { get; }

    public HttpClient Http { get; }

    /// <summary>What the agents of this system were started with and given.</summary>
    public AgentLog Agents { get; }

    /// <summary>The config directory, which by its unique path also tells the processes of this system.</summary>
    public string Config => Folder["config"];

    /// <summary>All lines that the system has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    public ProcessRun SessionApi => Service("SessionApi");

    public ProcessRun Worker => Service("SidecarWorker");

    /// <summary>Every living process that was started with this system's config directory.</summary>
    public IReadOnlyList<ProcessRun> Processes => ProcFs.WithEnvironment(ConfigVariable, Config);

    /// <summary>How many of the processes are the ones that a FakeAgent leaves behind (<c>@spawn</c>).</summary>
    public int Sleepers => Processes.Count(run => ProcFs.CommandLine(run.Id) == "sleep 600");

    /// <summary>Starts a system and waits until it says that it is ready.</summary>
    public static async Task<SidecarSystem> StartAsync(params (string Name, string Value)[] environment)
    {
        var system = Launch(environment);
        try
        {
            await system.WaitForOutputAsync("Sidecar is ready", ReadyDeadline);
            return system;
        }
        catch
        {
            system.KillAll();
            throw;
        }
    }

    /// <summary>Starts a system that may not become ready.</summary>
    public static SidecarSystem Launch(params (string Name, string Value)[] environment) => new(environment);

    public Task WaitForOutputAsync(string text) => WaitForOutputAsync(text, TimeSpan.FromSeconds(15));

    /// <summary>Creates a session in a working directory of its own.</summary>
    public async Task<Session> CreateSessionAsync()
    {
        var workDir = Folder.CreateFolder("work", Guid.NewGuid().ToString("n"));
        using var response = await Http.PostAsJsonAsync("/api/sessions", new { workDir });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return new Session((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!, workDir);
    }

    /// <summary>Opens a client socket and waits for the state that every socket is sent first.</summary>
    public async Task<LiveClient> ConnectAsync(Session session)
    {
        var client = await LiveClient.ConnectAsync(new Uri($"ws://127.0.0.1:{Port}/ws/{session.Id}"), () => Output);
        await client.WaitForAsync("permission_requests_snapshot");
        return client;
    }

    /// <summary>The same while the service may be on its way back.</summary>
    public async Task<LiveClient> ReconnectAsync(Session session)
    {
        LiveClient? client = null;
        await WaitFor.True(
            async () =>
            {
                try
                {
                    client = await ConnectAsync(session);
                    return true;
                }
                catch (System.Net.WebSockets.WebSocketException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(15),
            $"a connection to session {session.Id}. Output:\n{Output}");
        return client!;
    }

    public Task<JsonElement> GetAsync(string path) => Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>The texts of the assistant in the session's history, one for each message that has any.</summary>
    public async Task<IReadOnlyList<string>> AssistantTextsAsync(Session session)
    {
        var answer = await GetAsync($"/api/sessions/{session.Id}/messages");
        return
        [
            .. answer.GetProperty("messages").EnumerateArray()
                .Where(message => message.GetProperty("type").GetString() is "assistant" or "assistant_text")
                .SelectMany(message => message.GetProperty("content").EnumerateArray())
                .Where(block => block.GetProperty("type").GetString() == "text")
                .Select(block => block.GetProperty("text").GetString()!),
        ];
    }

    /// <summary>The transcripts of a session; it should have one.</summary>
    public IReadOnlyList<string> TranscriptsOf(Session session) =>
        Directory.GetFiles(Folder["config", "projects"], $"{session.Id}.jsonl", SearchOption.AllDirectories);

    /// <summary>Waits for the end of the AppHost; its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan deadline)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(deadline, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The AppHost did not end within {deadline}. Output:\n{Output}");
        }

        // Its output ends with the last process that holds the pipe, so its whole length is only there when nothing is left.
        await _reading.WaitAsync(deadline, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.ExitCode;
    }

    /// <summary>Stops the system as Ctrl+C does, and proves that it went well.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        _stopped = true;
        TestSignals.Terminate(_run);
        var exitCode = await ExitAsync(StopDeadline);
        var took = TimeProvider.System.GetElapsedTime(started);
        Assert.True(exitCode == 0, $"The AppHost ended with code {exitCode}. Output:\n{Output}");
        AssertNothingLeft();
        return took;
    }

    /// <summary>Kills the AppHost, and nothing else.</summary>
    public void Kill()
    {
        _stopped = true;
        TestSignals.Kill(_run);
    }

    public void AssertNothingLeft()
    {
        var left = Processes.Select(run => $"{run.Id} {ProcFs.CommandLine(run.Id)}").ToList();
        Assert.True(left.Count == 0, $"Processes are left: {string.Join("; ", left)}. Output:\n{Output}");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_stopped && !_process.HasExited)
            {
                await StopAsync();
            }

            AssertNothingLeft();
        }
        finally
        {
            KillAll();
            Http.Dispose();
            _process.Dispose();
            Folder.Dispose();
        }
    }

    /// <summary>A free port that no outgoing connection of this machine is given in the moment before it is used.</summary>
    private static int FreePort()
    {
        while (true)
        {
            // Below the range from which Linux takes ports for connections and for listeners that do not care.
            var port = Random.Shared.Next(18_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }

    private void KillAll()
    {
        TestSignals.Kill(_run);
        foreach (var run in Processes)
        {
            TestSignals.Kill(run);
        }
    }

    private ProcessRun Service(string program)
    {
        var found = ProcFs.Descendants(_process.Id)
            .Where(run => ProcFs.CommandLine(run.Id).Split(' ') is [var path, .. var rest] && Path.GetFileName(path) == program && rest is not ["guard", ..])
            .ToList();
        return found.Count == 1 ? found[0] : throw new InvalidOperationException($"There are {found.Count} processes of {program}. Output:\n{Output}");
    }

    private async Task WaitForOutputAsync(string text, TimeSpan deadline)
    {
        await WaitFor.True(
            () => _process.HasExited || Output.Contains(text, StringComparison.Ordinal),
            deadline,
            $"\"{text}\" from the AppHost. Output:\n{Output}");
        Assert.Contains(text, Output, StringComparison.Ordinal);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.Add(line);
            }
        }
    }
}

/// <summary>A session that a test has created.</summary>
public sealed record Session(string Id, string WorkDir)
{
    /// <summary>A file in the session's working directory.</summary>
    public string File(string name) => Path.Combine(WorkDir, name);
}
