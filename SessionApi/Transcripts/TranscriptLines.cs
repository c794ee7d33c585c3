using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>The lines that the server itself writes into transcripts, each with its line feed.</summary>
internal static class TranscriptLines
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The two lines of a new transcript:
    /// <code>
    /// {"type":"file-history-snapshot","messageId":…,"snapshot":{"messageId":…,"trackedFileBackups":{},"timestamp":…},"isSnapshotUpdate":false}
    /// {"type":"session-meta","isMeta":true,"workDir":…,"permissionMode":…,"timestamp":…}
    /// </code>
    /// </summary>
    public static byte[] Placeholder(string workDir, SessionMetaChange meta, DateTimeOffset now)
    {
        var messageId = Guid.NewGuid();
        var snapshot = Line(json =>
        {
            json.WriteString("type"u8, "file-history-snapshot"u8);
            json.WriteString("messageId"u8, messageId);
            json.WriteStartObject("snapshot"u8);
            json.WriteString("messageId"u8, messageId);
            json.WriteStartObject("trackedFileBackups"u8);
            json.WriteEndObject();
            json.WriteString("timestamp"u8, TranscriptTime.Format(now));
            json.WriteEndObject();
            json.WriteBoolean("isSnapshotUpdate"u8, false);
        });
        return [.. snapshot, .. SessionMeta(workDir, meta, now)];
    }

    public static byte[] SessionMeta(string workDir, SessionMetaChange change, DateTimeOffset now) =>
        Line(json =>
        {
            json.WriteString("type"u8, "session-meta"u8);
            json.WriteBoolean("isMeta"u8, true);
            json.WriteString("workDir"u8, workDir);
            if (change.Repository is { } repository)
            {
                json.WritePropertyName("repository"u8);
                json.WriteRawValue(repository, skipInputValidation: true);
            }

            WriteOptional(json, "permissionMode"u8, change.PermissionMode);
            if (change.SetsRuntime)
            {
                json.WriteString("runtimeProviderId"u8, change.RuntimeProviderId);
                json.WriteString("runtimeModelId"u8, change.RuntimeModelId);
            }

            WriteOptional(json, "effortLevel"u8, change.EffortLevel);
            WriteOptional(json, "clearedBy"u8, change.ClearedBy);
            json.WriteString("timestamp"u8, TranscriptTime.Format(now));
        });

    public static byte[] CustomTitle(string sessionId, string title, DateTimeOffset now) =>
        Title("custom-title", "customTitle", sessionId, title, now);

    public static byte[] AiTitle(string sessionId, string title, DateTimeOffset now) =>
        Title("ai-title", "aiTitle", sessionId, title, now);

    private static byte[] Title(string type, string member, string sessionId, string title, DateTimeOffset now) =>
        Line(json =>
        {
            json.WriteString("type"u8, type);
            json.WriteString(member, title);
            json.WriteString("sessionId"u8, sessionId);
            json.WriteString("timestamp"u8, TranscriptTime.Format(now));
        });

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static byte[] Line(Action<Utf8JsonWriter> writeMembers)
    {
        var line = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(line, Json))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }
}
