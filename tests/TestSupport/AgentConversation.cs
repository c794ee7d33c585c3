using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Sidecar.Tests.TestSupport;

/// <summary>A running FakeAgent and the client's side of its stdio.</summary>
public sealed class AgentConversation : IDisposable
{
    /// <summary>The variable by which this agent and all it starts are found.</summary>
    public const string MarkName = "SIDECAR_TEST_MARK";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    // Unbounded on purpose: a test reads all of it, and is short.
    private readonly Channel<byte[]> _lines = Channel.CreateUnbounded<byte[]>();

    private AgentConversation(ProcessStartInfo start, string mark)
    {
        _process = Process.Start(start)!;
        Run = ProcFs.Find(_process.Id) ?? default;
        Mark = mark;
        StandardError = _process.StandardError.ReadToEndAsync();
        _ = Task.Run(PumpAsync);
    }

    public ProcessRun Run { get; }

    public string Mark { get; }

    /// <summary>All of stderr, once it is closed.</summary>
    public Task<string> StandardError { get; }

    /// <summary>Starts an agent for a session; <paramref name="resume"/> continues it.</summary>
    public static AgentConversation Start(
        TemporaryFolder folder, string sessionId, bool resume = false, string[]? arguments = null, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(TestPrograms.FakeAgent)
        {
            WorkingDirectory = folder.CreateFolder("work"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        string[] usual =
        [
            "-p", "--verbose", "--input-format", "stream-json", "--output-format", "stream-json", "--include-partial-messages",
            "--replay-user-messages", "--permission-prompt-tool", "stdio", resume ? "--resume" : "--session-id", sessionId,
        ];
        foreach (var argument in usual.Concat(arguments ?? []))
        {
            start.ArgumentList.Add(argument);
        }

        var mark = Guid.NewGuid().ToString();
        start.Environment["CLAUDE_CONFIG_DIR"] = folder["config"];
        start.Environment[MarkName] = mark;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AgentConversation(start, mark);
    }

    /// <summary>Sends a user message and returns its uuid.</summary>
    public string SendUser(string text, string? uuid = null)
    {
        uuid ??= Guid.NewGuid().ToString();
        var content = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text });
        Send(new JsonObject
        {
            ["type"] = "user",
            ["uuid"] = uuid,
            ["message"] = new JsonObject { ["role"] = "user", ["content"] = content },
            ["parent_tool_use_id"] = null,
            ["session_id"] = string.Empty,
        });
        return uuid;
    }

    public void SendControl(string requestId, JsonObject request) =>
        Send(new JsonObject { ["type"] = "control_request", ["request_id"] = requestId, ["request"] = request });

    /// <summary>Answers a can_use_tool request.</summary>
    public void Decide(JsonObject controlRequest, JsonObject decision) => Send(new JsonObject
    {
        ["type"] = "control_response",
        ["response"] = new JsonObject
        {
            ["subtype"] = "success",
            ["request_id"] = (string)controlRequest["request_id"]!,
            ["response"] = decision,
        },
    });

    public void Send(JsonObject message)
    {
        _process.StandardInput.WriteLine(message.ToJsonString());
        _process.StandardInput.Flush();
    }

    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>The next line of stdout without its line feed; null at the end.</summary>
    public async Task<byte[]?> ReadLineAsync()
    {
        var hasLine = await _lines.Reader.WaitToReadAsync().AsTask().WaitAsync(Deadline, TimeProvider.System);
        return hasLine && _lines.Reader.TryRead(out var line) ? line : null;
    }

    /// <summary>Every message up to the first that fits, which is the last of the list; lines that are no JSON are left out.</summary>
    public async Task<IReadOnlyList<JsonObject>> ReadUntilAsync(Func<JsonObject, bool> fits)
    {
        var messages = new List<JsonObject>();
        while (await ReadLineAsync() is { } line)
        {
            if (ParseOrNull(line) is not { } message)
            {
                continue;
            }

            messages.Add(message);
            if (fits(message))
            {
                return messages;
            }
        }

        throw new EndOfStreamException($"The agent closed stdout. Its stderr: {await StandardError}");
    }

    public Task<IReadOnlyList<JsonObject>> ReadUntilTypeAsync(string type) => ReadUntilAsync(m => (string?)m["type"] == type);

    /// <summary>Waits for the end of the process; its exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Deadline, TimeProvider.System);
        return _process.ExitCode;
    }

    /// <summary>Kills the agent and whatever it has left behind.</summary>
    public void Dispose()
    {
        TestSignals.Kill(Run);
        foreach (var left in ProcFs.WithEnvironment(MarkName, Mark))
        {
            TestSignals.Kill(left);
        }

        _process.Dispose();
    }

    private static JsonObject? ParseOrNull(byte[] line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task PumpAsync()
    {
        var stdout = _process.StandardOutput.BaseStream;
        var buffer = new byte[64 * 1024];
        var line = new List<byte>();
        int count;
        while ((count = await stdout.ReadAsync(buffer)) > 0)
        {
            foreach (var b in buffer.AsSpan(0, count))
            {
                if (b == (byte)'\n')
                {
                    _lines.Writer.TryWrite([.. line]);
                    line.Clear();
                }
                else
                {
                    line.Add(b);
                }
            }
        }

        _lines.Writer.Complete();
    }
}
