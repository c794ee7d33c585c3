using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>The part of a transcript that holds one page of messages, as offsets of whole lines.</summary>
/// <param name="Start">Where its first line begins.</param>
/// <param name="End">Behind its last line.</param>
/// <param name="IsAfterNotification">Whether it begins where an agent talks to itself.</param>
internal readonly record struct MessageWindow(long Start, long End, bool IsAfterNotification)
{
    // Transcripts hold much that is no message. A page that would need more than this is given as far as it goes.
    private const long MaxBytes = 32 * 1024 * 1024;

    // How far before the page is looked for what its first messages follow.
    private const long MaxLookBackBytes = 4 * 1024 * 1024;

    /// <summary>Goes back from an offset until it has seen so many messages.</summary>
    public static async Task<MessageWindow> FindAsync(SafeFileHandle file, long before, int limit, CancellationToken cancellationToken)
    {
        using var lines = new BackwardLineReader(file);
        var end = await lines.FindFeedAsync(Math.Min(before, RandomAccess.GetLength(file)), cancellationToken) + 1;
        var seen = new MessagesSeenBackwards();
        var start = end;
        while (start > 0 && seen.Visible < limit && end - start < MaxBytes)
        {
            start = await TakeAsync(lines, start, seen, cancellationToken);
        }

        var earlier = start;
        while (earlier > 0 && seen.Undecided > 0 && start - earlier < MaxLookBackBytes)
        {
            earlier = await TakeAsync(lines, earlier, seen, cancellationToken);
        }

        return new MessageWindow(start, end, seen.Undecided == 0 && seen.IsBehindNotification);
    }

    private static async ValueTask<long> TakeAsync(
        BackwardLineReader lines, long end, MessagesSeenBackwards seen, CancellationToken cancellationToken)
    {
        var start = await lines.FindFeedAsync(end - 1, cancellationToken) + 1;
        var line = await lines.ReadLineAsync(start, end - 1, cancellationToken);
        seen.Take(line.Span);
        return start;
    }
}

/// <summary>
/// Counts the messages of lines that are read from the last one back. Whether a message of the agent is shown depends on who
/// spoke before it, so until that is seen it is counted as shown.
/// </summary>
internal sealed class MessagesSeenBackwards
{
    private readonly List<MessageJudgement> _ofLine = [];

    public int Visible { get; private set; }

    /// <summary>The messages at the beginning that a notification before them would hide.</summary>
    public int Undecided { get; private set; }

    /// <summary>Whether the first entry seen that decides was a notification.</summary>
    public bool IsBehindNotification { get; private set; }

    public void Take(ReadOnlySpan<byte> line)
    {
        _ofLine.Clear();
        var position = 0;
        while (TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry)
        {
            var members = MessageMembers.Of(line, entry.Message);
            _ofLine.Add(MessageJudgement.Of(line, in entry, ref members));
        }

        for (var i = _ofLine.Count - 1; i >= 0; i--)
        {
            Take(_ofLine[i]);
        }
    }

    private void Take(MessageJudgement judgement)
    {
        Visible += judgement.Kind is null ? 0 : 1;
        switch (judgement.Speaker)
        {
            case MessageSpeaker.Agent:
                Undecided++;
                break;
            case MessageSpeaker.Notification:
                Visible -= Undecided;
                (Undecided, IsBehindNotification) = (0, true);
                break;
            case MessageSpeaker.Person:
                (Undecided, IsBehindNotification) = (0, false);
                break;
        }
    }
}
