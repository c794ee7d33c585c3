using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Rewriting;

namespace Sidecar.SessionApi.History;

/// <summary>
/// Takes what a rewinding removes out of a transcript. Every other line is copied byte by byte, known or not, whole or torn, whatever its
/// length; the transcript is never in memory. Callers hold the transcript's gate, and no CLI writes.
/// </summary>
internal static class HistoryTrim
{
    // Two rewindings of one transcript cannot run at once, so a name would do; a random one also survives a second server.
    private static string NewExtension => $".rewind-{Guid.NewGuid()}.tmp";

    /// <summary>What the leftovers of a crash are called.</summary>
    public const string Leftovers = "*.rewind-*.tmp";

    private const int CopyBytes = 128 * 1024;

    /// <returns>The uuids of the shown messages that were removed, in their order.</returns>
    /// <exception cref="IOException">It could not be rewritten, and is as it was; also <see cref="UnauthorizedAccessException"/>.</exception>
    public static async Task<IReadOnlyList<string>> RewriteAsync(string path, HistoryRemoval removal, RewriteSteps steps)
    {
        var removed = new List<string>();
        await TranscriptReplacement.ReplaceAsync(path, NewExtension, output => WriteAsync(path, removal, output, removed), steps);
        return removed;
    }

    private static async ValueTask WriteAsync(string path, HistoryRemoval removal, FileStream output, List<string> removed)
    {
        using var file = TranscriptLineReader.Open(path);
        var length = RandomAccess.GetLength(file);
        using var reader = new TranscriptLineReader(file, offset: 0) { End = length, Condenses = true };
        var (kept, start) = (0L, 0L); // what is kept and not copied yet begins at the first, the line at the second
        while (await reader.FillAsync(CancellationToken.None))
        {
            while (reader.TryTakeLine(out var line))
            {
                if (Removes(removal, line.Span, start, removed))
                {
                    await CopyAsync(file, kept, start, output);
                    kept = reader.Position;
                }

                start = reader.Position;
            }
        }

        var isTailRemoved = Removes(removal, reader.Tail.Span, start, removed);
        await CopyAsync(file, kept, isTailRemoved ? start : length, output);
        if (!isTailRemoved && length > start)
        {
            output.WriteByte((byte)'\n'); // what the CLI writes next must not end up on a torn line
        }

        if (RandomAccess.GetLength(file) != length)
        {
            throw new IOException($"{path} was written to while it was rewritten.");
        }
    }

    // A line may have two objects after a crash of its writer: it goes when one of them does and none of them is to stay.
    private static bool Removes(HistoryRemoval removal, ReadOnlySpan<byte> line, long offset, List<string> removed)
    {
        var (goes, stays, first) = (false, false, removed.Count);
        var position = 0;
        while (TranscriptLine.Scan(line, ref position, out var entry) == LineScan.Entry)
        {
            var parts = HistoryLine.Of(line, in entry);
            var isRemoved = removal.Removes(in parts, offset);
            goes |= isRemoved;
            stays |= !isRemoved && parts.Key is not null;
            if (isRemoved && removal.Shown.Contains(parts.Key!.Value))
            {
                removed.Add(entry.Uuid.Text(line)!);
            }
        }

        if (goes && !stays)
        {
            return true;
        }

        removed.RemoveRange(first, removed.Count - first);
        return false;
    }

    private static async ValueTask CopyAsync(SafeFileHandle from, long start, long end, FileStream to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            while (start < end)
            {
                var read = await RandomAccess.ReadAsync(from, buffer.AsMemory(0, (int)Math.Min(buffer.Length, end - start)), start);
                if (read == 0)
                {
                    throw new IOException("The transcript became shorter while it was rewritten.");
                }

                await to.WriteAsync(buffer.AsMemory(0, read));
                start += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
