using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.AppHost.Demo;

/// <summary>
/// One made-up session, in the lines that the CLI writes: each content block of an answer is a line of its own, a line names the one before it.
/// The same seed makes the same session.
/// </summary>
/// <param name="workDir">The working directory.</param>
/// <param name="seed">Makes its ids, its times and its tokens.</param>
internal sealed class DemoTranscript(string workDir, int seed)
{
    private const string Model = "demo-model-1";
    private const string Version = "2.1.330";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Random _random = new(seed);
    private readonly List<(TimeSpan At, Action<Utf8JsonWriter> Write)> _lines = [];
    private TimeSpan _at;
    private string? _lastUuid;
    private string? _messageId;
    private string _sessionId = "";

    /// <summary>What a person says.</summary>
    public void User(string text)
    {
        _messageId = null;
        Pause(20, 240);
        Add(writer =>
        {
            writer.WriteString("type", "queue-operation");
            writer.WriteString("operation", "dequeue");
        });
        AddMessage("user", writer => writer.WriteString("content", text));
    }

    /// <summary>What the model thinks.</summary>
    public void Thinking(string text) => Block(writer =>
    {
        writer.WriteString("type", "thinking");
        writer.WriteString("thinking", text);
        writer.WriteString("signature", "c2lnbmVk");
    });

    /// <summary>What the model says: Markdown.</summary>
    public void Text(string text) => Block(writer =>
    {
        writer.WriteString("type", "text");
        writer.WriteString("text", text);
    });

    /// <summary>A call of a tool with its result.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="input">The JSON of its input.</param>
    /// <param name="result">What it answered.</param>
    /// <param name="isError">Whether it failed.</param>
    public void Tool(string tool, string input, string result, bool isError = false)
    {
        var id = $"toolu_{NextId():N}";
        Block(writer =>
        {
            writer.WriteString("type", "tool_use");
            writer.WriteString("id", id);
            writer.WriteString("name", tool);
            writer.WritePropertyName("input");
            writer.WriteRawValue(input);
        });
        _messageId = null;
        Pause(1, 8);
        AddMessage("user", writer =>
        {
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            writer.WriteString("tool_use_id", id);
            writer.WriteString("type", "tool_result");
            writer.WriteString("content", result);
            writer.WriteBoolean("is_error", isError);
            writer.WriteEndObject();
            writer.WriteEndArray();
        });
    }

    /// <summary>Writes it into the project's folder of a config directory, so that its last line is of the moment <paramref name="end"/>.</summary>
    /// <param name="config">The config directory.</param>
    /// <param name="title">The title that the model gave it.</param>
    /// <param name="end">When it was last used.</param>
    public void Save(string config, string title, DateTimeOffset end)
    {
        _sessionId = NextId().ToString();
        Add(writer =>
        {
            writer.WriteString("type", "ai-title");
            writer.WriteString("aiTitle", title);
        });
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        foreach (var (at, write) in _lines)
        {
            json.WriteStartObject();
            write(json);
            json.WriteString("timestamp", (end - _at + at).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null));
            json.WriteString("sessionId", _sessionId);
            json.WriteEndObject();
            json.Flush();
            buffer.Write("\n"u8);
            json.Reset();
        }

        var folder = Directory.CreateDirectory(Path.Combine(config, "projects", FolderNameOf(workDir)));
        var file = Path.Combine(folder.FullName, $"{_sessionId}.jsonl");
        File.WriteAllBytes(file, buffer.WrittenSpan);
        File.SetLastWriteTimeUtc(file, end.UtcDateTime);
    }

    private static string FolderNameOf(string path)
    {
        var name = new StringBuilder(path);
        for (var i = 0; i < name.Length; i++)
        {
            name[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '-';
        }

        return name.ToString();
    }

    private void Block(Action<Utf8JsonWriter> write)
    {
        Pause(2, 15);
        var id = _messageId ??= $"msg_{NextId():N}";
        var (input, output) = (_random.Next(900, 24_000), _random.Next(60, 1400));
        AddMessage("assistant", writer =>
        {
            writer.WriteString("id", id);
            writer.WriteString("type", "message");
            writer.WriteString("model", Model);
            writer.WriteStartArray("content");
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteStartObject("usage");
            writer.WriteNumber("input_tokens", input);
            writer.WriteNumber("output_tokens", output);
            writer.WriteEndObject();
        });
    }

    private void AddMessage(string role, Action<Utf8JsonWriter> write)
    {
        var (uuid, parent) = (NextId().ToString(), _lastUuid);
        _lastUuid = uuid;
        Add(writer =>
        {
            writer.WriteString("parentUuid", parent);
            writer.WriteBoolean("isSidechain", false);
            writer.WriteStartObject("message");
            writer.WriteString("role", role);
            write(writer);
            writer.WriteEndObject();
            writer.WriteString("type", role); // behind the message, which may have a type of its own
            writer.WriteString("uuid", uuid);
            writer.WriteString("userType", "external");
            writer.WriteString("cwd", workDir);
            writer.WriteString("version", Version);
            writer.WriteString("gitBranch", "");
        });
    }

    private void Add(Action<Utf8JsonWriter> write) => _lines.Add((_at, write));

    private void Pause(int leastSeconds, int mostSeconds) => _at += TimeSpan.FromSeconds(_random.Next(leastSeconds, mostSeconds));

    private Guid NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40); // a random id, RFC 9562
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
