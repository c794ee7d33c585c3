using System.Diagnostics;
using System.Text.Json;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Running;

/// <summary>A server process without children, started on a port of its own and killed at the end.</summary>
internal sealed class ListServer : IDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private ListServer(Process process, int port)
    {
        _process = process;
        Port = port;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public HttpClient Http { get; }

    public int Port { get; }

    public int ProcessId => _process.Id;

    public long ResidentMebibytes => File.ReadLines($"/proc/{_process.Id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null) / 1024)
        .First();

    /// <summary>What its threads have used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts the session API over a corpus and waits until its list is complete.</summary>
    public static async Task<ListServer> SessionApiAsync(string program, string corpus)
    {
        var server = Launch(program, corpus);
        await server.UntilCompleteAsync();
        return server;
    }

    /// <summary>Starts the session API over a corpus.</summary>
    public static ListServer Launch(string program, string corpus, params (string Name, string Value)[] environment)
    {
        var port = LocalPort.Find();
        var start = new ProcessStartInfo(program, ["--urls", $"http://127.0.0.1:{port}"]) { RedirectStandardOutput = true };
        start.Environment["CLAUDE_CONFIG_DIR"] = Path.Combine(corpus, "home", ".claude");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ListServer(Start(start), port);
    }

    /// <summary>Waits until the port answers.</summary>
    public Task UntilListeningAsync() => UntilAsync("/alive", static _ => true);

    /// <summary>Waits until the list is complete.</summary>
    public Task UntilCompleteAsync() => UntilAsync("/api/sessions?limit=0", static body =>
        JsonDocument.Parse(body).RootElement.GetProperty("index").GetProperty("state").GetString() == "ready");

    /// <summary>Starts the yardstick with a body of some bytes.</summary>
    public static async Task<ListServer> BareKestrelAsync(int bytes)
    {
        var port = LocalPort.Find();
        var start = new ProcessStartInfo(Environment.ProcessPath!, [BareKestrel.Command, $"http://127.0.0.1:{port}", $"{bytes}"]) { RedirectStandardOutput = true };
        var server = new ListServer(Start(start), port);
        await server.UntilAsync("/", static _ => true);
        return server;
    }

    public void Dispose()
    {
        Http.Dispose();
#pragma warning disable RS0030 // One process of ours, without children.
        _process.Kill();
#pragma warning restore RS0030
        _process.Dispose();
    }

    private static Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private async Task UntilAsync(string path, Func<byte[], bool> isReady)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < StartDeadline)
        {
            try
            {
                if (isReady(await Http.GetByteArrayAsync(path)))
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }

        throw new TimeoutException($"The server was not ready within {StartDeadline}.");
    }
}
