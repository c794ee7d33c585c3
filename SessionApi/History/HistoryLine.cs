using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.History;

/// <summary>One object of a transcript line, as far as its history goes.</summary>
/// <param name="Key">Its uuid; null for a line that is no part of the conversation.</param>
/// <param name="Parent">The entry that it follows.</param>
/// <param name="IsMessage">Whether it is a user, assistant or system entry.</param>
internal readonly record struct HistoryLine(EntryKey? Key, EntryKey? Parent, bool IsMessage)
{
    public static HistoryLine Of(ReadOnlySpan<byte> line, in TranscriptLine entry) => new(
        KeyOf(line, entry.Uuid),
        KeyOf(line, entry.ParentUuid),
        entry.Type.IsText(line, "user"u8) || entry.Type.IsText(line, "assistant"u8) || entry.Type.IsText(line, "system"u8));

    private static EntryKey? KeyOf(ReadOnlySpan<byte> line, JsonSlice value) =>
        value.IsText(line) ? EntryKey.Of(value.In(line)[1..^1]) : null;
}
