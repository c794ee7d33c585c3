using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>The agent's <c>system</c> messages. Unknown subtypes, and those of hooks, give no frame.</summary>
internal static class SystemMessages
{
    public static void Translate(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        switch (message.Text("subtype"u8))
        {
            case "init":
                OnInit(message, frames);
                break;
            case "status" when message.Is("status"u8, "compacting"u8):
                frames.Add(Frame.Status("compacting", "Compacting conversation"));
                break;
            case "api_retry":
                OnApiRetry(message, frames);
                break;
            case "streaming_fallback":
                frames.Add(Frame.StreamingFallback(message.Text("cause"u8)));
                break;
            case "agent_tool_activity":
                ToolActivity.Translate(message, frames);
                break;
            case "compact_boundary":
                frames.Add(Notification("compact_boundary", TextOf(message) ?? "Context compacted", CompactDetails(message)));
                break;
            case "compact_summary" or "memory_saved" or "goal_event" or "session_state_changed"
                or "task_started" or "task_progress" or "task_notification":
                frames.Add(Notification(message.Text("subtype"u8)!, TextOf(message), message));
                break;
        }
    }

    private static void OnInit(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var model = message.Text("model"u8) ?? "";
        frames.Add(Frame.Of("system_notification", model, static (json, name) =>
        {
            json.WriteString("subtype"u8, "init"u8);
            json.WriteString("message"u8, $"Model: {name}");
            json.WriteStartObject("data"u8);
            json.WriteString("model"u8, name);
            json.WriteEndObject();
        }));
        if (message.Member("slash_commands"u8).ValueKind == JsonValueKind.Array)
        {
            frames.Add(Frame.Of("system_notification", message, static (json, init) =>
            {
                json.WriteString("subtype"u8, "slash_commands"u8);
                json.WriteStartArray("data"u8);
                foreach (var command in init.Items("slash_commands"u8))
                {
                    WriteCommand(json, command);
                }

                json.WriteEndArray();
            }));
        }
    }

    // Given as names by the init message, or as objects that say more.
    private static void WriteCommand(Utf8JsonWriter json, JsonElement command)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, command.Text() ?? command.Text("name"u8) ?? "");
        json.WriteString("description"u8, command.Text("description"u8) ?? "");
        if (command.Text("argumentHint"u8) is { } hint)
        {
            json.WriteString("argumentHint"u8, hint);
        }

        json.WriteEndObject();
    }

    // The error is its name, or an object that says more: {"type":…,"message":…,"status":…}.
    private static void OnApiRetry(JsonElement message, List<ReadOnlyMemory<byte>> frames) =>
        frames.Add(Frame.Of("api_retry", (retry: message, error: message.Member("error"u8)), static (json, api) =>
        {
            var (retry, error) = api;
            json.WriteNumber("attempt"u8, retry.Number("attempt"u8) ?? 0);
            json.WriteNumber("maxRetries"u8, retry.Number("max_retries"u8) ?? 0);
            json.WriteNumber("retryDelayMs"u8, retry.Number("retry_delay_ms"u8) ?? 0);
            if ((retry.Number("error_status"u8) ?? error.Number("status"u8)) is { } status)
            {
                json.WriteNumber("errorStatus"u8, status);
            }
            else
            {
                json.WriteNull("errorStatus"u8);
            }

            WriteIfAny(json, "errorType"u8, error.Text() ?? retry.Text("error_type"u8) ?? error.Text("type"u8) ?? error.Text("code"u8));
            WriteIfAny(json, "errorMessage"u8, retry.Text("error_message"u8) ?? error.Text("message"u8));
        }));

    /// <summary>What a person reads of a message that is shown as it is: of a task, what it does or did.</summary>
    private static string? TextOf(JsonElement message) =>
        message.Text("message"u8) ?? message.Text("content"u8) ?? message.Text("summary"u8) ?? message.Text("description"u8);

    /// <summary>Clients look for <c>trigger</c> and <c>pre_tokens</c> at the top.</summary>
    private static JsonElement CompactDetails(JsonElement message) =>
        message.Member("compact_metadata"u8) is { ValueKind: JsonValueKind.Object } details ? details : message;

    private static ReadOnlyMemory<byte> Notification(string subtype, string? text, JsonElement data) =>
        Frame.Of("system_notification", (subtype, text, data), static (json, notification) =>
        {
            json.WriteString("subtype"u8, notification.subtype);
            WriteIfAny(json, "message"u8, notification.text);
            json.WriteRaw("data"u8, notification.data);
        });

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
