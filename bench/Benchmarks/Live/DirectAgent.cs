using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Live;

/// <summary>The yardstick: an agent that is talked to over its pipes, with nothing between.</summary>
internal sealed class DirectAgent : IDisposable
{
    private readonly Process _process;
    private readonly ProcessRun _run;
    private readonly Thread _reading;
    private readonly Action<ReadOnlySpan<byte>> _onLine;
    private TaskCompletionSource _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="fakeAgent">The program.</param>
    /// <param name="folder">Of its work and its transcript.</param>
    /// <param name="onLine">Takes each line of its output, on a thread of its own.</param>
    public DirectAgent(string fakeAgent, TemporaryFolder folder, Action<ReadOnlySpan<byte>> onLine)
    {
        _onLine = onLine;
        var start = RunningSystem.CleanStart(fakeAgent);
        foreach (var argument in "-p --verbose --input-format stream-json --output-format stream-json --include-partial-messages --replay-user-messages --permission-prompt-tool stdio --session-id".Split(' '))
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add(Guid.NewGuid().ToString());
        start.WorkingDirectory = folder.CreateFolder("direct");
        start.StandardInputEncoding = new UTF8Encoding(false);
        start.Environment["CLAUDE_CONFIG_DIR"] = folder["direct-config"];
        _process = Process.Start(start)!;
        _run = ProcFs.Find(_process.Id) ?? default;
        // Reading a pipe blocks, and what is measured must not wait for a free thread of the pool.
        _reading = new Thread(Read) { IsBackground = true };
        _reading.Start();
    }

    /// <summary>Runs a turn to its result.</summary>
    public async Task RunTurnAsync(string prompt)
    {
        _result = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var content = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = prompt });
        await _process.StandardInput.WriteLineAsync(new JsonObject
        {
            ["type"] = "user",
            ["uuid"] = Guid.NewGuid().ToString(),
            ["message"] = new JsonObject { ["role"] = "user", ["content"] = content },
        }.ToJsonString());
        await _process.StandardInput.FlushAsync();
        await _result.Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
    }

    public void Dispose()
    {
        TestSignals.Kill(_run);
        _reading.Join();
        _process.Dispose();
    }

    private void Read()
    {
        var stream = _process.StandardOutput.BaseStream;
        var buffer = new byte[64 * 1024];
        var (length, count) = (0, 0);
        while ((count = stream.Read(buffer, length, buffer.Length - length)) > 0)
        {
            length += count;
            var rest = buffer.AsSpan(0, length);
            while (rest.IndexOf((byte)'\n') is >= 0 and var end)
            {
                OnLine(rest[..end]);
                rest = rest[(end + 1)..];
            }

            rest.CopyTo(buffer);
            length = rest.Length;
        }
    }

    private void OnLine(ReadOnlySpan<byte> line)
    {
        _onLine(line);
        if (line.IndexOf("\"type\":\"result\""u8) >= 0)
        {
            _result.TrySetResult();
        }
    }
}
