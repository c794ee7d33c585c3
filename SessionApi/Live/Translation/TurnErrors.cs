using System.Text.Json;

namespace Sidecar.SessionApi.Live.Translation;

/// <summary>The errors and the end of a turn. The same error can arrive as a message, as the result and as an exit; it is shown once.</summary>
internal sealed class TurnErrors
{
    private string? _shown;

    public bool HasShownApiError => _shown is not null;

    /// <summary>Whether an <c>assistant</c> message is not the model's but an error of its API.</summary>
    public static bool IsApiError(JsonElement message) =>
        message.IsTrue("isApiErrorMessage"u8) || message.Member("error"u8).ValueKind == JsonValueKind.String;

    public void Clear() => _shown = null;

    public void OnApiError(JsonElement message, List<ReadOnlyMemory<byte>> frames)
    {
        var text = Text(message.Member("message"u8)) ?? "The model's API reported an error.";
        Show(message.Text("error"u8) ?? "API_ERROR", text, frames, message.Text("businessErrorCode"u8));
    }

    /// <summary>A <c>result</c>: its error, unless it was shown or the turn was stopped by a person, and the end of the turn.</summary>
    public void OnResult(JsonElement result, bool wasStopped, List<ReadOnlyMemory<byte>> frames)
    {
        if (!wasStopped)
        {
            OnEarlyResult(result, frames);
        }

        frames.Add(Frame.Of("message_complete", result.Member("usage"u8), static (json, usage) =>
        {
            json.WriteStartObject("usage"u8);
            json.WriteNumber("input_tokens"u8, usage.Number("input_tokens"u8) ?? 0);
            json.WriteNumber("output_tokens"u8, usage.Number("output_tokens"u8) ?? 0);
            WriteIfAny(json, "cache_read_tokens"u8, usage.Number("cache_read_input_tokens"u8));
            WriteIfAny(json, "cache_creation_tokens"u8, usage.Number("cache_creation_input_tokens"u8));
            json.WriteEndObject();
        }));
    }

    /// <summary>The error of a <c>result</c>, unless it was shown. It is not the end of a turn.</summary>
    public void OnEarlyResult(JsonElement result, List<ReadOnlyMemory<byte>> frames)
    {
        if (!result.IsTrue("is_error"u8))
        {
            return;
        }

        var text = result.Text("result"u8) ?? Errors(result) ?? "The agent ended the turn with an error.";
        if (_shown is null || text != _shown)
        {
            Show(result.Is("subtype"u8, "success"u8) ? "API_ERROR" : "CLI_ERROR", text, frames);
        }
    }

    private void Show(string code, string text, List<ReadOnlyMemory<byte>> frames, string? businessCode = null)
    {
        _shown = text;
        frames.Add(Frame.Error(StreamErrorCodes.Of(text) ?? code, text, businessCode: businessCode));
    }

    private static string? Errors(JsonElement result)
    {
        var errors = new List<string>();
        foreach (var error in result.Items("errors"u8))
        {
            if ((error.Text() ?? error.Text("message"u8)) is { } text)
            {
                errors.Add(text);
            }
        }

        return errors.Count > 0 ? string.Join('\n', errors) : null;
    }

    private static string? Text(JsonElement message)
    {
        foreach (var block in message.Items("content"u8))
        {
            if (block.Text("text"u8) is { } text)
            {
                return text;
            }
        }

        return message.Text("content"u8);
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}
