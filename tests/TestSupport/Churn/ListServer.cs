using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Sidecar.Tests.TestSupport.Churn;

/// <summary>A SessionApi process over a config folder.</summary>
internal sealed class ListServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ProcessRun _run;

    private ListServer(string program, TemporaryFolder folder, bool persists)
    {
        var port = LocalPort.Find();
        var start = new ProcessStartInfo(program, ["--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = folder.CreateFolder("home");
        start.Environment["CLAUDE_CONFIG_DIR"] = folder["config"];
        start.Environment["Sidecar__Sessions__Index__Persist"] = persists ? "true" : "false";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Deadline };
        _process = Process.Start(start)!;
        _run = ProcFs.Find(_process.Id) ?? default;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    /// <summary>Starts a server and waits until it answers.</summary>
    public static async Task<ListServer> StartAsync(string program, TemporaryFolder folder, bool persists)
    {
        var server = new ListServer(program, folder, persists);
        await WaitFor.True(server.AnswersAsync, Deadline, "an answer of SessionApi");
        return server;
    }

    /// <summary>All rows as they are sent, once the list is complete.</summary>
    public async Task<IReadOnlyList<string>> ListAsync()
    {
        JsonElement list = default;
        await WaitFor.True(
            async () =>
            {
                list = await Http.GetFromJsonAsync<JsonElement>("/api/sessions?limit=100000");
                return list.GetProperty("index").GetProperty("state").GetString() != "building";
            },
            Deadline,
            "a complete list");
        return [.. list.GetProperty("sessions").EnumerateArray().Select(row => row.GetRawText())];
    }

    /// <summary>Ends it like Ctrl+C does, or at once.</summary>
    public async Task EndAsync(bool kill)
    {
        if (kill)
        {
            TestSignals.Kill(_run);
        }
        else
        {
            TestSignals.Terminate(_run);
        }

        await _process.WaitForExitAsync().WaitAsync(Deadline, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync(kill: true);
        Http.Dispose();
        _process.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"SessionApi ended with code {_process.ExitCode}.");
        }

        try
        {
            using var answer = await Http.GetAsync("/health");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }
}
