using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sidecar.Contracts;
using Sidecar.SessionApi.Access;
using Sidecar.Tests.SessionApi.Live;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>The whole session API on a real port, over a config directory of its own and a worker that writes down what it is given.</summary>
internal sealed class AccessServer : WebApplicationFactory<Program>
{
    private readonly (string Key, string Value)[] _settings;
    private readonly TranscriptHome _home;

    private AccessServer(AgentWorker worker, TranscriptHome home, (string Key, string Value)[] settings)
    {
        Worker = worker;
        _home = home;
        _settings = settings;
        UseKestrel();
        StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address, Timeout = LiveSocket.Deadline };
    }

    public Uri Address { get; }

    public AgentWorker Worker { get; }

    public HttpClient Http { get; }

    public string Config => _home.Config;

    public string WorkDir => _home.WorkDir;

    /// <summary>What the server has logged as an error.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    public OwnerToken Owner => Services.GetRequiredService<OwnerToken>();

    public static Task<AccessServer> StartAsync(params (string Key, string Value)[] settings) => StartAsync(new TranscriptHome(), settings);

    public static async Task<AccessServer> StartAsync(TranscriptHome home, params (string Key, string Value)[] settings) =>
        new(await AgentWorker.StartAsync(), home, settings);

    /// <summary>Sends a request with these headers, as <c>name: value</c>; the Host among them when it is to be another.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        foreach (var header in headers)
        {
            var colon = header.IndexOf(": ", StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 2)..]);
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<int> StatusAsync(string method, string path, params string[] headers)
    {
        using var response = await SendAsync(method, path, null, headers);
        return (int)response.StatusCode;
    }

    /// <summary>Tries to open a socket; the status of the refusal, or 101.</summary>
    public async Task<int> UpgradeAsync(string path, params string[] headers)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var header in headers)
        {
            var colon = header.IndexOf(": ", StringComparison.Ordinal);
            socket.Options.SetRequestHeader(header[..colon], header[(colon + 2)..]);
        }

        try
        {
            await socket.ConnectAsync(new Uri($"ws://{Address.Authority}{path}"), CancellationToken.None).WaitAsync(LiveSocket.Deadline, TimeProvider.System);
        }
        catch (WebSocketException)
        {
            // The status tells.
        }

        return (int)socket.HttpStatusCode;
    }

    /// <summary>Nothing was started, and there is no session.</summary>
    public async Task AssertUntouchedAsync()
    {
        Assert.Empty(Worker.Inputs);
        Assert.Contains("\"total\":0", await Http.GetStringAsync("/api/sessions"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Config, "cc-haha", "settings.json")));
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureLogging(logging => logging.AddFakeLogging(options =>
        {
            options.FilteredLevels = new HashSet<LogLevel> { LogLevel.Error, LogLevel.Critical };
            options.OutputFormatter = record => $"{record.Message} {record.Exception}";
            options.OutputSink = Faults.Enqueue;
        }));
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("CLAUDE_CONFIG_DIR", _home.Config);
        builder.UseSetting("HOME", _home.Base);
        builder.UseSetting($"services:{WorkerContract.ServiceName}:http:0", Worker.Address);
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await base.DisposeAsync();
        await Worker.DisposeAsync();
        _home.Dispose();
    }
}
