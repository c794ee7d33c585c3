using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.Search.Texts;

/// <summary>
/// What a person or an agent said, as slices of a transcript line: the text of a user or assistant message that clients show, or one of
/// its <c>text</c> blocks. What tools give out, thinking, and what nobody is shown is not spoken.
/// </summary>
/// <param name="Token">The JSON string.</param>
/// <param name="IsUser">Who said it.</param>
/// <param name="Uuid">The entry's.</param>
/// <param name="Timestamp">The entry's.</param>
internal readonly record struct SpokenText(JsonSlice Token, bool IsUser, JsonSlice Uuid, JsonSlice Timestamp)
{
    /// <summary>Adds what is spoken on a line.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <param name="isAfterNotification">Whether the agent talks to itself: behind a task notification, until a person speaks.</param>
    /// <param name="spoken">Where it is added.</param>
    public static void Find(ReadOnlySpan<byte> line, ref bool isAfterNotification, List<SpokenText> spoken)
    {
        var position = 0;
        var start = 0;
        while (TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry)
        {
            var before = spoken.Count;
            AddTexts(line, in entry, ref isAfterNotification, spoken);
            // A line that is no JSON is nobody's message, and only one that would be one pays for a real parse.
            if (spoken.Count > before && !TranscriptLine.IsValidJson(line[start..position]))
            {
                spoken.RemoveRange(before, spoken.Count - before);
            }

            start = position;
        }
    }

    private static void AddTexts(ReadOnlySpan<byte> line, in TranscriptLine entry, ref bool isAfterNotification, List<SpokenText> spoken)
    {
        var isUser = entry.Type.IsText(line, "user"u8);
        if (!isUser && !entry.Type.IsText(line, "assistant"u8))
        {
            return;
        }

        var message = MessageMembers.Of(line, entry.Message);
        var judgement = MessageJudgement.Of(line, in entry, ref message);
        if (judgement.Speaker is MessageSpeaker.Notification or MessageSpeaker.Person)
        {
            isAfterNotification = judgement.Speaker == MessageSpeaker.Notification;
        }

        if (judgement.Kind is null or MessageKind.System || (isAfterNotification && judgement.Speaker == MessageSpeaker.Agent))
        {
            return;
        }

        if (message.Content.IsText(line))
        {
            spoken.Add(new SpokenText(message.Content, isUser, entry.Uuid, entry.Timestamp));
        }

        var blocks = new ContentBlocks(line, message.Content);
        while (blocks.Next(out var block))
        {
            if (block.Type.IsText(line, "text"u8) && block.Text.IsText(line))
            {
                spoken.Add(new SpokenText(block.Text, isUser, entry.Uuid, entry.Timestamp));
            }
        }
    }
}
