namespace Sidecar.SessionApi.Transcripts;

/// <summary>The lines of a transcript that are metadata about its session, as they are written.</summary>
internal static class TranscriptMetadata
{
    public static async ValueTask<byte[]> ReadLinesAsync(string path, CancellationToken cancellationToken)
    {
        var kept = new List<byte>();
        using var file = TranscriptLineReader.Open(path);
        using var reader = new TranscriptLineReader(file, offset: 0);
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                Keep(kept, line.Span);
            }
        }

        // A last line without its line feed may be whole all the same.
        Keep(kept, reader.Tail.Span);
        return [.. kept];
    }

    private static void Keep(List<byte> kept, ReadOnlySpan<byte> line)
    {
        var position = 0;
        if (TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry
            && (entry.Type.IsText(line, "session-meta"u8) || entry.Type.IsText(line, "custom-title"u8) || entry.Type.IsText(line, "ai-title"u8)))
        {
            kept.AddRange(line[..position]);
            kept.Add((byte)'\n');
        }
    }
}
