using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Harness;

/// <summary>
/// The real system, started as a person starts it: the AppHost process with a home, a config directory and a port of its own.
/// Its disposal stops it like Ctrl+C does and proves that it stopped well and that nothing of it is left.
/// </summary>
public sealed class SidecarSystem : IAsyncDisposable
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    private readonly RunningSystem _system;
    private bool _stopped;

    private SidecarSystem(Action<TemporaryFolder>? prepare, string[] arguments, (string Name, string Value)[] environment)
    {
        prepare?.Invoke(Folder);
        Agents = new AgentLog(Folder["agents.jsonl"]);
        _system = RunningSystem.Launch(
            AppHostProgram.Path,
            Folder,
            arguments,
            [("Sidecar__Agent__Command", TestPrograms.FakeAgent), ("FAKE_AGENT_LOG", Folder["agents.jsonl"]), .. environment]);
    }

    public TemporaryFolder Folder { get; } = new();

    public int Port => _system.Port;

    public HttpClient Http => _system.Http;

    /// <summary>What the agents of this system were started with and given.</summary>
    public AgentLog Agents { get; }

    /// <summary>The config directory, which by its unique path also tells the processes of this system.</summary>
    public string Config => Folder["config"];

    /// <summary>All lines that the system has written so far.</summary>
    public string Output => string.Join('\n', _system.Output);

    public ProcessRun SessionApi => Needed(_system.Service("SessionApi"));

    public ProcessRun Worker => Needed(_system.Service("SidecarWorker"));

    /// <summary>Every living process that was started with this system's config directory.</summary>
    public IReadOnlyList<ProcessRun> Processes => RunningSystem.Marked(Folder);

    /// <summary>How many of the processes are the ones that a FakeAgent leaves behind (<c>@spawn</c>).</summary>
    public int Sleepers => Processes.Count(run => ProcFs.CommandLine(run.Id) == "sleep 600");

    /// <summary>Starts a system and waits until it says that it is ready.</summary>
    public static Task<SidecarSystem> StartAsync(params (string Name, string Value)[] environment) => StartOverAsync(prepare: null, environment);

    /// <summary>The same with made-up sessions and an agent that answers from a script.</summary>
    public static Task<SidecarSystem> StartDemoAsync() => ReadyAsync(new SidecarSystem(prepare: null, ["--demo"], []));

    /// <summary>The same over what somebody has left in its folder.</summary>
    /// <param name="prepare">Fills the folder; the config directory in it is <c>config</c>.</param>
    /// <param name="environment">Settings.</param>
    public static Task<SidecarSystem> StartOverAsync(Action<TemporaryFolder>? prepare, params (string Name, string Value)[] environment) =>
        ReadyAsync(new SidecarSystem(prepare, [], environment));

    /// <summary>Starts a system that may not become ready.</summary>
    public static SidecarSystem Launch(params (string Name, string Value)[] environment) => new(prepare: null, [], environment);

    public Task WaitForOutputAsync(string text) => _system.WaitForOutputAsync(text, TimeSpan.FromSeconds(15));

    /// <summary>Creates a session in a working directory of its own.</summary>
    public Task<Session> CreateSessionAsync() => _system.CreateSessionAsync();

    /// <summary>Opens a client socket and waits for the state that every socket is sent first.</summary>
    /// <param name="session">The session.</param>
    /// <param name="after">The place after which it goes on, or "" for now; null for a client that knows nothing of places.</param>
    public Task<LiveClient> ConnectAsync(Session session, string? after = null) => LiveClient.JoinAsync(AddressOf(session, after), () => Output);

    /// <summary>The same while the service may be on its way back.</summary>
    public Task<LiveClient> ReconnectAsync(Session session, string? after = null) =>
        LiveClient.RejoinAsync(AddressOf(session, after), () => Output, TimeSpan.FromSeconds(15));

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
            return await _system.ExitAsync(deadline);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The AppHost did not end within {deadline}. Output:\n{Output}");
        }
    }

    /// <summary>Stops the system as Ctrl+C does, and proves that it went well.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        _stopped = true;
        TestSignals.Terminate(_system.AppHost);
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
        TestSignals.Kill(_system.AppHost);
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
            if (!_stopped && !_system.HasExited)
            {
                await StopAsync();
            }

            AssertNothingLeft();
        }
        finally
        {
            KillAll();
            _system.Dispose();
            Folder.Dispose();
        }
    }

    private static async Task<SidecarSystem> ReadyAsync(SidecarSystem system)
    {
        try
        {
            await system._system.WaitUntilReadyAsync();
            return system;
        }
        catch
        {
            system.KillAll();
            throw;
        }
    }

    private void KillAll()
    {
        TestSignals.Kill(_system.AppHost);
        RunningSystem.KillMarked(Folder);
    }

    private Uri AddressOf(Session session, string? after) =>
        new($"ws://127.0.0.1:{Port}/ws/{session.Id}{(after is null ? "" : $"?after={after}")}");

    private ProcessRun Needed(ProcessRun? service) => service ?? throw new InvalidOperationException($"There is no such service. Output:\n{Output}");
}
