using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;
using Sidecar.Contracts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SidecarWorker.Sidecars;

/// <summary>A worker of one test behind a real port, with sidecars that are gone with it whatever happens.</summary>
internal sealed class SidecarServer : WebApplicationFactory<Program>
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private const string MarkName = "SIDECAR_TEST_WORKER";
    private readonly Dictionary<string, string> _settings = [];
    private readonly string _mark = Guid.NewGuid().ToString("n");
    private readonly HttpClient _programs = new(new SocketsHttpHandler { UseProxy = false });
    private HttpClient? _http;

    public TemporaryFolder Folder { get; } = new();

    /// <summary>The processes of all its sidecars that live now.</summary>
    public IReadOnlyList<ProcessRun> Living => ProcFs.WithEnvironment(MarkName, _mark);

    public HttpClient Http
    {
        get
        {
            if (_http is null)
            {
                UseKestrel();
                StartServer();
                _http = CreateClient();
            }

            return _http;
        }
    }

    /// <summary>Configures a sidecar that is found to hang quickly and started again at once.</summary>
    public SidecarServer With(string name, string command, string[] arguments, params (string Key, string Value)[] settings)
    {
        var sidecar = $"Sidecar:Sidecars:{name}";
        _settings[$"{sidecar}:Command"] = command;
        _settings[$"{sidecar}:WorkingDirectory"] = Folder.Path;
        _settings[$"{sidecar}:Environment:{MarkName}"] = _mark;
        _settings[$"{sidecar}:Restart:InitialDelay"] = "00:00:00.050";
        _settings[$"{sidecar}:Probe:ProbeInterval"] = "00:00:00.300";
        _settings[$"{sidecar}:Probe:ProbeTimeout"] = "00:00:00.300";
        _settings[$"{sidecar}:Probe:FailureThreshold"] = "3";
        for (var i = 0; i < arguments.Length; i++)
        {
            _settings[$"{sidecar}:Arguments:{i}"] = arguments[i];
        }

        foreach (var (key, value) in settings)
        {
            _settings[$"{sidecar}:{key}"] = value;
        }

        return this;
    }

    /// <summary>The same with a server that is given a port and asked over HTTP.</summary>
    public SidecarServer WithServer(string name, TestProgram program, params (string Key, string Value)[] settings) => With(
        name,
        program.Interpreter,
        [program.WriteTo(Folder), "{port}"],
        [("AssignPort", "true"), ("Probe:Type", "http"), ("Probe:Path", "/health"), .. settings]);

    public async Task<SidecarStatus> FindAsync(string name)
    {
        var list = await Http.GetFromJsonAsync(WorkerContract.Sidecars, WorkerJson.Default.SidecarList);
        return list!.Sidecars.Single(sidecar => sidecar.Name == name);
    }

    /// <summary>Waits until the sidecar is as described.</summary>
    public async Task<SidecarStatus> UntilAsync(string name, Func<SidecarStatus, bool> isSo, string what)
    {
        SidecarStatus? status = null;
        try
        {
            await WaitFor.True(async () => isSo(status = await FindAsync(name)), Deadline, what);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}; it is {status}: {status?.LastFailure}", exception);
        }

        return status!;
    }

    public Task<SidecarStatus> UntilHealthyAsync(string name) => UntilAsync(name, status => status.State == SidecarState.Healthy, $"{name} is healthy");

    /// <summary>Waits for a healthy process other than the one before.</summary>
    public Task<SidecarStatus> UntilReplacedAsync(SidecarStatus before) => UntilAsync(
        before.Name, status => status.State == SidecarState.Healthy && status.Pid != before.Pid, $"{before.Name} is replaced");

    public async Task<SidecarStatus> CommandAsync(string name, string command, string? key = null)
    {
        using var response = await PostAsync(name, command, key);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync(WorkerJson.Default.SidecarStatus))!;
    }

    public async Task<HttpResponseMessage> PostAsync(string name, string command, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{WorkerContract.Sidecars}/{name}/{command}");
        if (key is not null)
        {
            request.Headers.Add(WorkerContract.IdempotencyKey, key);
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Asks the sidecar's own server; null when it does not live to answer.</summary>
    public async Task<string?> AskAsync(SidecarStatus sidecar, string path)
    {
        try
        {
            return await _programs.GetStringAsync($"http://localhost:{sidecar.Port}{path}");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Posts to the sidecar's own server.</summary>
    public async Task TellAsync(SidecarStatus sidecar, string path)
    {
        using var response = await _programs.PostAsync($"http://localhost:{sidecar.Port}{path}", content: null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    /// <summary>The run of its process, for signals.</summary>
    public ProcessRun RunOf(SidecarStatus sidecar) => Living.Single(run => run.Id == sidecar.Pid);

    public Task HasLivingAsync(int count) => WaitFor.True(() => Living.Count == count, Deadline, $"{count} processes, not {Living.Count}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var left in Living)
        {
            TestSignals.Kill(left);
        }

        _programs.Dispose();
        Folder.Dispose();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        // Not through UseKestrel: it sets the port when the program, which runs on its own, may already have started to listen.
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.ConfigureLogging(logging => logging.ClearProviders());
    }
}
