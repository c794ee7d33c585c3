using Microsoft.Win32.SafeHandles;
using Sidecar.SessionApi.History.Files;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Messages;

namespace Sidecar.SessionApi.History;

/// <summary>
/// Reads what of a transcript its history needs, in one pass and without the transcript in memory: of a line longer than half a megabyte only
/// a condensed form is looked at.
/// </summary>
internal static class HistoryReader
{
    public static async Task<SessionHistory> ReadAsync(TranscriptLocation location, CancellationToken cancellationToken)
    {
        using var file = TranscriptLineReader.Open(location.CurrentPath);
        return await ReadAsync(file, RandomAccess.GetLength(file), location.SessionId, cancellationToken);
    }

    /// <param name="file">The transcript.</param>
    /// <param name="length">How far it is read, so that a second pass sees the same.</param>
    /// <param name="sessionId">Whose transcript it is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<SessionHistory> ReadAsync(SafeFileHandle file, long length, string sessionId, CancellationToken cancellationToken)
    {
        var history = new SessionHistory(sessionId);
        var filter = new MessageFilter(isAfterNotification: false);
        using var reader = new TranscriptLineReader(file, offset: 0) { End = length, Condenses = true };
        var start = 0L;
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                Take(history, filter, line, start, reader.Position - start);
                start = reader.Position;
            }
        }

        // A last line without its line feed may be whole all the same.
        Take(history, filter, reader.Tail, start, length - start);
        return history;
    }

    private static void Take(SessionHistory history, MessageFilter filter, ReadOnlyMemory<byte> line, long offset, long bytes)
    {
        var position = 0;
        for (var start = 0; TranscriptLine.Scan(line.Span, ref position, out var entry) == LineScan.Entry; start = position)
        {
            var text = line.Span;
            if (FileCheckpoints.IsCheckpoint(text, in entry))
            {
                history.Checkpoints.Take(text[start..position], isWhole: bytes <= TranscriptLineReader.CondensedBytes);
                continue;
            }

            if (entry.ForkedFrom.IsPresent)
            {
                history.TakeOrigin(text, entry.ForkedFrom);
            }

            var isShown = filter.TryAccept(line, in entry, out var message) && TranscriptLine.IsValidJson(text[start..position]);
            history.Take(text, in entry, isShown ? message.Kind : null, offset);
        }
    }
}
