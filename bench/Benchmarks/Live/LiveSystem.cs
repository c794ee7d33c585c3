using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Live;

/// <summary>The whole system with a stand-in agent and room for many sessions, and what it tells about itself.</summary>
internal sealed class LiveSystem : IDisposable
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder;

    private LiveSystem(TemporaryFolder folder, RunningSystem system) => (_folder, Running) = (folder, system);

    public RunningSystem Running { get; }

    public int Port => Running.Port;

    public HttpClient Http => Running.Http;

    /// <param name="appHost">The AppHost program.</param>
    /// <param name="fakeAgent">The stand-in agent; none where no turn is run.</param>
    /// <param name="sessions">How many sessions have an agent at a time.</param>
    /// <param name="settings">Further settings.</param>
    public static Task<LiveSystem> StartAsync(
        string appHost, string? fakeAgent, int sessions, params (string Name, string Value)[] settings) =>
        StartAsync(appHost, fakeAgent, sessions, new TemporaryFolder(), settings);

    /// <summary>The same over a copy of a history.</summary>
    /// <param name="appHost">The AppHost program.</param>
    /// <param name="fakeAgent">The stand-in agent; none where no turn is run.</param>
    /// <param name="projects">The folder with the transcripts.</param>
    public static Task<LiveSystem> StartOverAsync(string appHost, string? fakeAgent, string projects)
    {
        var folder = new TemporaryFolder();
        MemoryRun.Copy(projects, folder["config", "projects"]);
        return StartAsync(appHost, fakeAgent, sessions: 8, folder);
    }

    /// <summary>Makes a folder that a session can work in.</summary>
    public string NewWorkDir() => _folder.CreateFolder("work", Guid.NewGuid().ToString("n"));

    private static async Task<LiveSystem> StartAsync(
        string appHost, string? fakeAgent, int sessions, TemporaryFolder folder, params (string Name, string Value)[] settings)
    {
        try
        {
            if (fakeAgent is not null && !File.Exists(fakeAgent))
            {
                throw new FileNotFoundException("There is no such agent.", fakeAgent);
            }

            return new LiveSystem(folder, await RunningSystem.StartAsync(
                appHost,
                folder,
                [
                    ("Sidecar__Agent__Command", fakeAgent ?? "no-agent-here"),
                    ("Sidecar__Agent__MaxProcesses", Text(sessions + 8)),
                    ("Sidecar__Agent__MaxSessions", Text((2 * sessions) + 8)),
                    ("Sidecar__Agent__EndedRetention", Grace.ToString("c", CultureInfo.InvariantCulture)),
                    ("Sidecar__Live__DisconnectGrace", Grace.ToString("c", CultureInfo.InvariantCulture)),
                    .. settings,
                ]));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Waits until the whole history is listed.</summary>
    /// <returns>The list with its newest session.</returns>
    public async Task<JsonElement> ListedAsync()
    {
        while (true)
        {
            var list = await Http.GetFromJsonAsync<JsonElement>("/api/sessions?limit=1");
            if (list.GetProperty("index").GetProperty("state").GetString() == "ready")
            {
                return list;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>How much of everything that is bounded there is, by name; empty where the server does not tell.</summary>
    public async Task<IReadOnlyDictionary<string, long>> UsedAsync()
    {
        using var answer = await Http.GetAsync("/api/status/limits");
        if (!answer.IsSuccessStatusCode)
        {
            return new Dictionary<string, long>();
        }

        var status = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return status.GetProperty("limits").EnumerateArray().ToDictionary(
            item => $"{item.GetProperty("name").GetString()}",
            item => item.GetProperty("used").GetInt64());
    }

    /// <summary>Waits until all that is bounded is back at what it was.</summary>
    /// <returns>What is not, when the time is over.</returns>
    public async Task<IReadOnlyList<string>> LeftOverAsync(IReadOnlyDictionary<string, long> before, TimeSpan deadline)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var now = await UsedAsync();
            // What is searched goes by the transcripts that there are.
            var left = now.Where(item => !item.Key.StartsWith("search.", StringComparison.Ordinal) && item.Value > before.GetValueOrDefault(item.Key))
                .Select(item => $"{item.Key} {item.Value} (before: {before.GetValueOrDefault(item.Key)})")
                .ToList();
            if (left.Count == 0 || TimeProvider.System.GetElapsedTime(started) > deadline)
            {
                return left;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    /// <summary>The managed heap of the session API; null where it does not tell.</summary>
    public async Task<long?> ManagedBytesAsync()
    {
        using var answer = await Http.GetAsync("/api/status/diagnostics");
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("memory").GetProperty("managedBytes").GetInt64()
            : null;
    }

    /// <summary>What the session API says of its memory.</summary>
    public async Task<string> MemoryTextAsync()
    {
        using var answer = await Http.GetAsync("/api/status/diagnostics");
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("memory").GetRawText() : "";
    }

    /// <summary>Resident memory of the session API and of the worker.</summary>
    public (long SessionApi, long Worker) Resident() => (ProcFs.ResidentBytes(Running.SessionApi.Id), ProcFs.ResidentBytes(Running.Worker.Id));

    /// <summary>The same of both together.</summary>
    public double ResidentMebibytes() => (Resident().SessionApi + Resident().Worker) / 1024.0 / 1024.0;

    /// <summary>What the services have worked so far.</summary>
    public (TimeSpan SessionApi, TimeSpan Worker) ProcessorTimes() =>
        (ProcFs.ProcessorTime(Running.SessionApi.Id), ProcFs.ProcessorTime(Running.Worker.Id));

    /// <summary>The agents that run.</summary>
    public int Agents(string fakeAgent) => RunningSystem.Marked(_folder).Count(run => RunningSystem.ProgramOf(run) == Path.GetFileName(fakeAgent));

    /// <summary>Stops it as Ctrl+C does.</summary>
    /// <returns>Whether it ended well and left nothing.</returns>
    public async Task<bool> StopAsync()
    {
        TestSignals.Terminate(Running.AppHost);
        return await Running.ExitAsync(StopDeadline) == 0 && RunningSystem.Marked(_folder).Count == 0;
    }

    public void Dispose()
    {
        TestSignals.Kill(Running.AppHost);
        RunningSystem.KillMarked(_folder);
        Running.Dispose();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
