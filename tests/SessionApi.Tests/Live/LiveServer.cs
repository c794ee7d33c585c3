using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.Contracts;
using Sidecar.ServiceDefaults.Bounds;
using Sidecar.Tests.SessionApi.Transcripts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Live;

/// <summary>The whole session API on a real socket, over a config directory of its own.</summary>
internal sealed class LiveServer : WebApplicationFactory<Program>
{
    private readonly TranscriptHome _home = new();
    private readonly (string Key, object Value)[] _settings;

    private LiveServer(AgentWorker worker, (string Key, object Value)[] settings)
    {
        Worker = worker;
        _settings = settings;
        UseKestrel();
        StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public AgentWorker Worker { get; }

    public Uri Address { get; }

    /// <summary>The folder that sessions may work in.</summary>
    public string Folder => _home.Base;

    /// <summary>The folder of the agent CLI's files.</summary>
    public string Config => _home.Config;

    public BoundRegistry Bounds => Services.GetRequiredService<BoundRegistry>();

    /// <param name="settings">In <c>Sidecar:Live</c>, or whole keys.</param>
    public static async Task<LiveServer> StartAsync(params (string Key, object Value)[] settings) => new(await AgentWorker.StartAsync(), settings);

    /// <summary>Creates a session in <see cref="Folder"/>.</summary>
    public async Task<string> CreateAsync(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync("/api/sessions", new { workDir = Folder });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!;
    }

    public long Used(string bound) => Bounds.All.Single(candidate => candidate.Name == bound).Used;

    public Task UntilUsedAsync(string bound, long amount) =>
        WaitFor.True(() => Used(bound) == amount, LiveSocket.Deadline, $"{bound} to be {amount}");

    /// <summary>Opens a socket of a session.</summary>
    public Task<LiveSocket> ConnectAsync(string sessionId, string query = "") =>
        LiveSocket.ConnectAsync(new Uri($"ws://{Address.Authority}/ws/{sessionId}{query}"));

    /// <summary>Opens a socket of a session and takes what it is greeted with.</summary>
    public async Task<LiveSocket> JoinAsync(string sessionId)
    {
        var socket = await ConnectAsync(sessionId);
        await socket.UntilAsync("permission_requests_snapshot");
        return socket;
    }

    /// <summary>Opens a socket that is refused; why.</summary>
    public async Task<(WebSocketCloseStatus? Status, string? Reason)> RefusalAsync(string sessionId)
    {
        using var socket = await ConnectAsync(sessionId);
        return await socket.CloseAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("CLAUDE_CONFIG_DIR", _home.Config);
        builder.UseSetting("HOME", _home.Base);
        builder.UseSetting($"services:{WorkerContract.ServiceName}:http:0", Worker.Address);
        builder.UseSetting("Sidecar:Teams:PollInterval", "01:00:00"); // tests look when they want to
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key.Contains(':', StringComparison.Ordinal) ? key : $"Sidecar:Live:{key}", Convert.ToString(value, CultureInfo.InvariantCulture));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Worker.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            _home.Dispose();
        }
    }
}
