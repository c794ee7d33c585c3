using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The session's JSONL file. It only ever grows, by whole lines.</summary>
internal sealed class Transcript
{
    private readonly AgentSettings _settings;
    private readonly Lock _writing = new();
    private JsonObject? _held;

    public Transcript(AgentSettings settings, string sessionId)
    {
        _settings = settings;

        // The working directory the kernel reports is already a real path.
        var folder = ProjectDirectory.NameOf(Environment.CurrentDirectory);
        FilePath = Path.Combine(settings.ConfigRoot, "projects", folder, sessionId + ".jsonl");
    }

    public string FilePath { get; }

    public bool Exists => File.Exists(FilePath);

    /// <summary>The uuid of the newest line of the conversation; the next line names it as its parent.</summary>
    public string? LastUuid { get; private set; }

    /// <summary>Reads what is there. False when there is no message to continue from.</summary>
    public bool Load()
    {
        var hasMessages = false;
        if (!Exists)
        {
            return false;
        }

        foreach (var line in File.ReadLines(FilePath))
        {
            if (ParseOrNull(line) is { } entry && entry.Text("type") is "user" or "assistant" or "system")
            {
                LastUuid = entry.Text("uuid") ?? LastUuid;
                hasMessages |= entry.Text("type") != "system";
            }
        }

        return hasMessages;
    }

    public void Append(JsonObject line)
    {
        lock (_writing)
        {
            WriteHeld();
            Write(line);
        }
    }

    /// <summary>Appends a line of the conversation. With a transcript delay the newest assistant line is kept back.</summary>
    public void AppendMessage(JsonObject line, string uuid)
    {
        lock (_writing)
        {
            WriteHeld();
            LastUuid = uuid;
            if (_settings.TranscriptDelay > TimeSpan.Zero && line.Text("type") == "assistant")
            {
                _held = line;
            }
            else
            {
                Write(line);
            }
        }
    }

    /// <summary>Called after the turn's result: the line that was kept back reaches the file late.</summary>
    public async Task ReleaseAsync()
    {
        if (_held is not null)
        {
            await Task.Delay(_settings.TranscriptDelay, TimeProvider.System);
            lock (_writing)
            {
                WriteHeld();
            }
        }
    }

    private void WriteHeld()
    {
        if (_held is { } line)
        {
            _held = null;
            Write(line);
        }
    }

    private void Write(JsonObject line)
    {
        if (_settings.WritesTranscript)
        {
            AppendFile.Write(FilePath, Json.Line(line).Span);
        }
    }

    private static JsonNode? ParseOrNull(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null; // half a line of a crashed writer
        }
    }
}
