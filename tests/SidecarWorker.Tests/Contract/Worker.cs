using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Contracts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Contract;

/// <summary>A worker of one test, with FakeAgents that are gone with it whatever happens.</summary>
internal sealed class Worker : WebApplicationFactory<Program>
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private const string MarkName = "SIDECAR_TEST_WORKER";
    private readonly TemporaryFolder _folder = new();
    private readonly string _mark = Guid.NewGuid().ToString("n");
    private HttpClient? _http;

    /// <summary>Worker settings without their section, for example MaxSessions.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>What the agents find in their environment.</summary>
    public Dictionary<string, string> AgentEnvironment { get; } = [];

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string WorkDir => _folder.CreateFolder("work");

    public HttpClient Http => _http ??= CreateClient();

    private string? _secret;

    /// <summary>Callers must know this secret.</summary>
    public void WithSecret(string secret) => _secret = secret;

    /// <summary>A worker whose agents connect to it, so it listens on a port.</summary>
    public static Worker OverSockets(params (string Name, string Value)[] settings)
    {
        var worker = new Worker { Settings = { ["Transport"] = "sdk-url" } };
        worker.UseKestrel(0);
        foreach (var (name, value) in settings)
        {
            worker.Settings[name] = value;
        }

        return worker;
    }

    /// <summary>A worker whose agents are told where to connect and do nothing: who connects is the test.</summary>
    public static Worker OfSleepers(params (string Name, string Value)[] settings) => OverSockets(
        [("Command", "/bin/sh"), ("Arguments:0", "-c"), ("Arguments:1", "sleep 600; exit 1"), .. settings]);

    /// <summary>Where the session's agent was told to connect, token and all.</summary>
    public async Task<Uri> SdkUrlAsync(Guid session)
    {
        string? url = null;
        await WaitFor.True(
            async () => (url = UrlOf((await ListAsync()).Sessions.SingleOrDefault(s => s.SessionId == session.ToString())?.ProcessId)) is not null,
            Deadline,
            "an agent");
        return new Uri(url!);

        // In the middle of exec a process has no arguments.
        static string? UrlOf(int? process) =>
            process is { } id && ProcFs.CommandLine(id).Split(' ') is var arguments && Array.IndexOf(arguments, "--sdk-url") is >= 0 and var at
                ? arguments[at + 1]
                : null;
    }

    /// <summary>Starts a run and connects to it in the place of its agent.</summary>
    public async Task<(Uri Url, SdkPeer Peer)> ConnectAsync(Guid session, string launchId = "run-1")
    {
        await ListAsync(); // the client is not made for two callers at once
        var starting = StartAsync(session, launchId); // which waits for the socket
        var url = await SdkUrlAsync(session);
        var peer = await SdkPeer.ConnectAsync(url);
        await starting;
        return (url, peer);
    }

    /// <summary>The processes of this worker's agents that live now.</summary>
    public IReadOnlyList<ProcessRun> Living => ProcFs.WithEnvironment(MarkName, _mark);

    public AgentLaunch Launch(string launchId) => new() { LaunchId = launchId, WorkDir = WorkDir };

    public async Task<AgentSession> StartAsync(Guid session, string launchId = "run-1")
    {
        using var response = await PostStartAsync(session, Launch(launchId));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(WorkerJson.Default.AgentSession))!;
    }

    public Task<HttpResponseMessage> PostStartAsync(Guid session, AgentLaunch launch) =>
        Http.PostAsJsonAsync($"/v1/sessions/{session}/start", launch, WorkerJson.Default.AgentLaunch);

    /// <summary>Gives the agent a prompt.</summary>
    public async Task SayAsync(Guid session, string text, string messageId = "m1", string launchId = "run-1")
    {
        using var response = await PostInputAsync(session, text, messageId, launchId);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    public Task<HttpResponseMessage> PostInputAsync(Guid session, string text, string messageId = "m1", string launchId = "run-1")
    {
        var message = JsonSerializer.SerializeToElement(new
        {
            type = "user",
            uuid = Guid.NewGuid(),
            message = new { role = "user", content = new[] { new { type = "text", text } } },
            parent_tool_use_id = (string?)null,
            session_id = "",
        });
        var input = new AgentInput { MessageId = messageId, LaunchId = launchId, Message = message };
        return Http.PostAsJsonAsync($"/v1/sessions/{session}/input", input, WorkerJson.Default.AgentInput);
    }

    public async Task<AgentStopped> StopAsync(Guid session, string? launchId = null, bool force = false)
    {
        var stop = new AgentStopRequest { LaunchId = launchId, Force = force };
        using var response = await Http.PostAsJsonAsync($"/v1/sessions/{session}/stop", stop, WorkerJson.Default.AgentStopRequest);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(WorkerJson.Default.AgentStopped))!;
    }

    public async Task<AgentSessionList> ListAsync() => (await Http.GetFromJsonAsync("/v1/sessions", WorkerJson.Default.AgentSessionList))!;

    /// <summary>Forgets what ended long enough ago, without waiting for the next round.</summary>
    public void Prune() => Services.GetRequiredService<Sidecar.SidecarWorker.Sessions.AgentSessionRegistry>().Prune();

    public Task HasLivingAsync(int count) => WaitFor.True(() => Living.Count == count, Deadline, $"{count} processes of the agents");

    public Task HasEndedAsync(Guid session) => WaitFor.True(
        async () => (await ListAsync()).Sessions.Any(s => s.SessionId == session.ToString() && s.State == AgentState.Ended), Deadline, "the run's end");

    public Task<EventFeed> OpenAsync(Guid session, string? lastEventId = null) => EventFeed.OpenAsync(Http, session, lastEventId);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // env replaces itself by the agent, so the process that is started is the agent.
        AgentEnvironment.TryAdd("CLAUDE_CONFIG_DIR", _folder["config"]);
        AgentEnvironment[MarkName] = _mark;
        string[] arguments = [.. AgentEnvironment.Select(variable => $"{variable.Key}={variable.Value}"), TestPrograms.FakeAgent];
        Settings.TryAdd("Command", "/usr/bin/env");
        for (var i = 0; i < arguments.Length && Settings["Command"] == "/usr/bin/env"; i++)
        {
            Settings.TryAdd($"Arguments:{i}", arguments[i]);
        }

        if (_secret is not null)
        {
            builder.UseSetting(WorkerContract.SecretKey, _secret);
        }

        foreach (var (name, value) in Settings)
        {
            builder.UseSetting($"Sidecar:Agent:{name}", value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders());
        builder.ConfigureServices(services => services.AddSingleton(Time));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var left in Living)
        {
            TestSignals.Kill(left);
        }

        _folder.Dispose();
    }
}
