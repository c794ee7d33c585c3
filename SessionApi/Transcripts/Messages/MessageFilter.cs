namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>
/// Decides, line after line, which entries of a transcript are messages that a client shows. Keeps what later lines depend
/// on: the notifications of background tasks, and which sidechain belongs to which tool use.
/// </summary>
/// <param name="isAfterNotification">Whether the entries before the first one end with an agent that talks to itself.</param>
internal sealed class MessageFilter(bool isAfterNotification)
{
    private readonly SidechainParents _sidechains = new();
    private bool _isAfterNotification = isAfterNotification;

    public TaskNotifications Notifications { get; } = new();

    /// <summary>Whether the entry is shown, and as what.</summary>
    public bool TryAccept(ReadOnlyMemory<byte> line, in TranscriptLine entry, out VisibleMessage message)
    {
        message = default;
        var text = line.Span;
        if (entry.Type.IsText(text, "cc-haha-task-notification"u8))
        {
            Notifications.AddRecorded(text, in entry);
            return false;
        }

        var members = MessageMembers.Of(text, entry.Message);
        var parentToolUseId = _sidechains.Follow(text, in entry, members.Content);
        var judgement = MessageJudgement.Of(text, in entry, ref members);
        if (judgement.Speaker is MessageSpeaker.Notification or MessageSpeaker.Person)
        {
            _isAfterNotification = judgement.Speaker == MessageSpeaker.Notification;
        }

        if (judgement.Speaker == MessageSpeaker.Notification)
        {
            Notifications.AddBlock(text, in entry, MessageJudgement.OnlyText(text, members.Content)!);
        }

        if (judgement.Kind is not { } kind || (_isAfterNotification && judgement.Speaker == MessageSpeaker.Agent))
        {
            return false;
        }

        message = new VisibleMessage { Line = line, Entry = entry, Message = members, Kind = kind, ParentToolUseId = parentToolUseId };
        return true;
    }
}
