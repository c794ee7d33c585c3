using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>Reads the visible messages of a transcript, one at a time; the transcript is never in memory as a whole.</summary>
internal static class TranscriptMessages
{
    /// <summary>Hands each visible message to <paramref name="onMessage"/>, up to a length that keeps two readings alike.</summary>
    /// <returns>The notifications of background tasks.</returns>
    public static async Task<TaskNotifications> ReadAsync(
        string path, long length, Func<VisibleMessage, ValueTask> onMessage, CancellationToken cancellationToken)
    {
        using var file = TranscriptLineReader.Open(path);
        return await ReadAsync(file, new MessageWindow(0, length, IsAfterNotification: false), onMessage, cancellationToken);
    }

    /// <summary>Hands each visible message of a window to <paramref name="onMessage"/>.</summary>
    /// <returns>The notifications of background tasks within it.</returns>
    public static async Task<TaskNotifications> ReadAsync(
        SafeFileHandle file, MessageWindow window, Func<VisibleMessage, ValueTask> onMessage, CancellationToken cancellationToken)
    {
        var filter = new MessageFilter(window.IsAfterNotification);
        using var reader = new TranscriptLineReader(file, window.Start) { End = window.End };
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                await TakeAsync(filter, line, onMessage);
            }
        }

        // A full reading takes the last line without its line feed too, if it is whole.
        await TakeAsync(filter, reader.Tail, onMessage);
        return filter.Notifications;
    }

    private static async ValueTask TakeAsync(MessageFilter filter, ReadOnlyMemory<byte> line, Func<VisibleMessage, ValueTask> onMessage)
    {
        var position = 0;
        while (TryNext(filter, line, ref position, out var isVisible, out var message))
        {
            if (isVisible)
            {
                await onMessage(message);
            }
        }
    }

    private static bool TryNext(
        MessageFilter filter, ReadOnlyMemory<byte> line, ref int position, out bool isVisible, out VisibleMessage message)
    {
        message = default;
        isVisible = false;
        var start = position;
        if (TranscriptLine.Scan(line.Span, ref position, out var entry) != LineScan.Entry)
        {
            return false;
        }

        // Its parts are passed on as they are written, so here the whole of it must be sound.
        isVisible = filter.TryAccept(line, in entry, out message) && TranscriptLine.IsValidJson(line.Span[start..position]);
        return true;
    }
}
