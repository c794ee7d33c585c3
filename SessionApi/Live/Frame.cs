using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.SessionApi.Live;

/// <summary>
/// Builds the JSON frames that go to clients. A frame is built once and its bytes are shared by all sockets of the session.
/// </summary>
internal static class Frame
{
    /// <summary>Frames are read by JSON parsers only, so non-ASCII text stays as it is; so does a deep tool input.</summary>
    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
        SkipValidation = true,
    };

    /// <summary>How deep the JSON of an agent may be; the reader's default of 64 is less than what tools produce.</summary>
    internal const int MaxDepth = 256;

    // A larger buffer is given back after use instead of being kept by the thread.
    private const int KeptBufferBytes = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>One frame <c>{"type":…,…}</c> with the members that <paramref name="members"/> writes.</summary>
    public static ReadOnlyMemory<byte> Of<TState>(string type, TState state, Action<Utf8JsonWriter, TState> members) =>
        Object((type, state, members), static (json, frame) =>
        {
            json.WriteString("type"u8, frame.type);
            frame.members(json, frame.state);
        });

    /// <summary>One JSON object.</summary>
    public static ReadOnlyMemory<byte> Object<TState>(TState state, Action<Utf8JsonWriter, TState> members)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        var json = _writer ??= new Utf8JsonWriter(buffer, WriterOptions);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        members(json, state);
        json.WriteEndObject();
        json.Flush();
        var frame = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > KeptBufferBytes)
        {
            (_buffer, _writer) = (null, null);
        }

        return frame;
    }

    /// <summary>Tells a client that resumes that frames were dropped for it.</summary>
    public static ReadOnlyMemory<byte> Resync { get; } = """{"type":"resync","reason":"slow consumer"}"""u8.ToArray();

    public static ReadOnlyMemory<byte> Connected(string sessionId) =>
        Of("connected", sessionId, static (json, id) => json.WriteString("sessionId"u8, id));

    /// <summary>The same for a client that gets numbered frames: they go on after this place.</summary>
    public static ReadOnlyMemory<byte> Connected(string sessionId, FrameId place) =>
        Of("connected", (sessionId, place), static (json, connected) =>
        {
            json.WriteString("sessionId"u8, connected.sessionId);
            WritePlace(json, connected.place);
        });

    /// <summary>Frames are missing that are not kept: the client reloads the transcript and goes on after this place.</summary>
    /// <param name="requested">The place after which it asked; null when it is connected and frames were lost on their way here.</param>
    /// <param name="place">Where the stream goes on.</param>
    /// <param name="turnActive">Whether a turn is open.</param>
    public static ReadOnlyMemory<byte> Gap(FrameId? requested, FrameId place, bool turnActive) =>
        Of("gap", (requested, place, turnActive), static (json, gap) =>
        {
            json.WriteString("requested"u8, gap.requested?.ToString());
            WritePlace(json, gap.place);
            json.WriteString("turnState"u8, gap.turnActive ? "running"u8 : "idle"u8);
        });

    /// <summary>The agent has the message that the client calls <paramref name="id"/>.</summary>
    public static ReadOnlyMemory<byte> Accepted(string id) => Of("accepted", id, static (json, accepted) => json.WriteString("id"u8, accepted));

    /// <summary>The turn of the message that the client calls <paramref name="id"/> has ended.</summary>
    public static ReadOnlyMemory<byte> Completed(string id, MessageOutcome outcome) => Of("completed", (id, outcome), static (json, completed) =>
    {
        json.WriteString("id"u8, completed.id);
        json.WriteString("outcome"u8, completed.outcome switch
        {
            MessageOutcome.Completed => "completed"u8,
            MessageOutcome.Stopped => "stopped"u8,
            _ => "failed"u8,
        });
    });

    public static ReadOnlyMemory<byte> Pong { get; } = Of("pong", 0, static (_, _) => { });

    public static ReadOnlyMemory<byte> Idle { get; } = Status("idle");

    public static ReadOnlyMemory<byte> Thinking { get; } = Status("thinking", "Thinking");

    /// <summary>A new message of the model begins; clients remember this place to roll back to.</summary>
    public static ReadOnlyMemory<byte> AttemptStart { get; } = Of("status", 0, static (json, _) =>
    {
        json.WriteString("state"u8, "thinking"u8);
        json.WriteBoolean("attemptStart"u8, true);
    });

    /// <summary>The end of a turn that used nothing, or of which nothing is known.</summary>
    public static ReadOnlyMemory<byte> MessageCompleteWithoutUsage { get; } = Of("message_complete", 0, static (json, _) =>
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, 0);
        json.WriteNumber("output_tokens"u8, 0);
        json.WriteEndObject();
    });

    public static ReadOnlyMemory<byte> Status(string state, string? verb = null) => Of("status", (state, verb), static (json, status) =>
    {
        json.WriteString("state"u8, status.state);
        if (status.verb is not null)
        {
            json.WriteString("verb"u8, status.verb);
        }
    });

    /// <summary>A recovery of the model's stream. A cause that clients do not know is told as unknown; <c>stream_retry</c> takes back the message that is under way.</summary>
    public static ReadOnlyMemory<byte> StreamingFallback(string? cause) => Of("streaming_fallback", cause, static (json, why) =>
        json.WriteString("cause"u8, why is "watchdog" or "stream_error" or "404_stream_creation" or "stream_retry" ? why : "unknown"));

    public static ReadOnlyMemory<byte> Error(string code, string message, bool? retryable = null, string? businessCode = null) =>
        Of("error", (code, message, retryable, businessCode), static (json, error) =>
        {
            json.WriteString("message"u8, error.message);
            json.WriteString("code"u8, error.code);
            if (error.retryable is { } value)
            {
                json.WriteBoolean("retryable"u8, value);
            }

            if (error.businessCode is not null)
            {
                json.WriteString("businessErrorCode"u8, error.businessCode);
            }
        });

    public static ReadOnlyMemory<byte> SessionState(bool running, IReadOnlyCollection<string> backgroundTasks) =>
        Of("session_state", (running, backgroundTasks), static (json, state) =>
        {
            json.WriteString("turnState"u8, state.running ? "running"u8 : "idle"u8);
            WriteStrings(json, "activeBackgroundTaskIds", state.backgroundTasks);
        });

    public static ReadOnlyMemory<byte> PermissionSnapshot(IEnumerable<string> requestIds, bool turnActive) =>
        Of("permission_requests_snapshot", (requestIds, turnActive), static (json, snapshot) =>
        {
            WriteStrings(json, "toolRequestIds", snapshot.requestIds);
            WriteStrings(json, "computerUseRequestIds", []);
            json.WriteBoolean("turnActive"u8, snapshot.turnActive);
        });

    /// <summary>A prompt was answered, or withdrawn by the agent (<paramref name="allowed"/> is null).</summary>
    public static ReadOnlyMemory<byte> PermissionResolved(string requestId, bool? allowed) =>
        Of("permission_resolved", (requestId, allowed), static (json, resolved) =>
        {
            json.WriteString("requestId"u8, resolved.requestId);
            json.WriteString("permissionType"u8, "tool"u8);
            if (resolved.allowed is { } value)
            {
                json.WriteBoolean("allowed"u8, value);
            }
        });

    public static ReadOnlyMemory<byte> PermissionModeChanged(string mode) =>
        Of("permission_mode_changed", mode, static (json, value) => json.WriteString("mode"u8, value));

    public static ReadOnlyMemory<byte> RuntimeConfigApplied(RuntimeConfig runtime) =>
        Of("runtime_config_applied", runtime, static (json, config) =>
        {
            json.WriteString("providerId"u8, config.ProviderId);
            json.WriteString("modelId"u8, config.ModelId);
            if (config.Effort is not null)
            {
                json.WriteString("effortLevel"u8, config.Effort);
            }
        });

    public static ReadOnlyMemory<byte> SystemNotification(string subtype, string message) =>
        Of("system_notification", (subtype, message), static (json, notification) =>
        {
            json.WriteString("subtype"u8, notification.subtype);
            json.WriteString("message"u8, notification.message);
        });

    public static ReadOnlyMemory<byte> SessionCleared { get; } = SystemNotification("session_cleared", "The conversation was cleared.");

    public static ReadOnlyMemory<byte> BackgroundTaskStopFailed(string taskId, string message) =>
        Of("background_task_stop_failed", (taskId, message), static (json, failed) =>
        {
            json.WriteString("taskId"u8, failed.taskId);
            json.WriteString("message"u8, failed.message);
        });

    public static ReadOnlyMemory<byte> TitleUpdated(string sessionId, string title) =>
        Of("session_title_updated", (sessionId, title), static (json, updated) =>
        {
            json.WriteString("sessionId"u8, updated.sessionId);
            json.WriteString("title"u8, updated.title);
        });

    private static void WritePlace(Utf8JsonWriter json, FrameId place)
    {
        json.WriteString("epoch"u8, place.Epoch);
        json.WriteNumber("seq"u8, place.Sequence);
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
