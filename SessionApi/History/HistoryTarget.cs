using System.Text.Json;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.History;

/// <summary>Which message of a person a client means, by its id or its index among them. The id counts when both are given.</summary>
internal sealed record HistoryTarget(string? MessageId, int? Index)
{
    // As much text of a message as is compared.
    private const int MaxTextBytes = 1024 * 1024;

    /// <summary>Reads it from a request's body.</summary>
    /// <exception cref="ApiErrorException">A member has the wrong kind, or neither is there.</exception>
    public static HistoryTarget Of(JsonElement body)
    {
        var messageId = OptionalText(body, "targetUserMessageId");
        int? index = null;
        if (body.TryGetProperty("userMessageIndex"u8, out var value) && value.ValueKind != JsonValueKind.Null)
        {
            index = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0
                ? number
                : throw Bad($"userMessageIndex must be a whole number from 0 on, not {value.GetRawText()}");
        }

        return Of(messageId, index);
    }

    /// <summary>Reads it from a request's query.</summary>
    /// <exception cref="ApiErrorException">The index is no number, or neither is there.</exception>
    public static HistoryTarget Of(string? messageId, string? index)
    {
        if (string.IsNullOrEmpty(index))
        {
            return Of(messageId, (int?)null);
        }

        return int.TryParse(index, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? Of(messageId, number)
            : throw Bad($"userMessageIndex must be a whole number from 0 on, not \"{index}\"");
    }

    /// <summary>The text of an optional member.</summary>
    /// <exception cref="ApiErrorException">It is there and no string.</exception>
    public static string? OptionalText(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? JsonRequestBody.Text(value) : throw Bad($"{name} must be a string, not {value.ValueKind}");
    }

    /// <summary>The turn that is meant.</summary>
    /// <exception cref="ApiErrorException">There is no such turn, or it cannot be named.</exception>
    public HistoryTurn FindIn(SessionHistory history)
    {
        var turn = MessageId is not null
            ? history.Turns.LastOrDefault(known => known.Id == MessageId)
            : history.Turns.ElementAtOrDefault(Index!.Value);
        return turn switch
        {
            { Key: not null } => turn,
            null when MessageId is not null => throw Bad($"targetUserMessageId \"{MessageId}\" is no message of a person in this session"),
            null => throw Bad($"userMessageIndex {Index} is not below {history.Turns.Count}, the number of messages of people in this session"),
            _ => throw Bad($"The message at userMessageIndex {Index} has no id in the transcript and cannot be gone back to"),
        };
    }

    /// <summary>The text of the turn's message.</summary>
    public static async Task<string> TextAsync(string path, HistoryTurn turn, CancellationToken cancellationToken)
    {
        using var file = TranscriptLineReader.Open(path);
        using var reader = new TranscriptLineReader(file, turn.Offset);
        while (await reader.FillAsync(cancellationToken))
        {
            if (reader.TryTakeLine(out var line))
            {
                return TextOf(line.Span, turn.Key);
            }
        }

        return TextOf(reader.Tail.Span, turn.Key);
    }

    private static HistoryTarget Of(string? messageId, int? index) =>
        string.IsNullOrEmpty(messageId) && index is null
            ? throw Bad("targetUserMessageId (string) or userMessageIndex (number) is required")
            : new HistoryTarget(string.IsNullOrEmpty(messageId) ? null : messageId, index);

    private static string TextOf(ReadOnlySpan<byte> line, EntryKey? key)
    {
        var position = 0;
        while (TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry)
        {
            if (HistoryLine.Of(line, in entry).Key == key)
            {
                var content = MessageMembers.Of(line, entry.Message).Content;
                return MessageJudgement.OnlyText(line, content) ?? ContentBlocks.FirstText(line, content, MaxTextBytes) ?? "";
            }
        }

        return "";
    }

    private static ApiErrorException Bad(string message) => new(ApiError.BadRequest(message));
}
