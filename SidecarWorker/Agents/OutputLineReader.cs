using System.Buffers;
using System.IO.Pipelines;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>
/// Splits a stream into lines. Holds one line at most; a line over the limit is cut to its beginning and the rest is read and dropped,
/// so that one bad line neither ends the session nor fills the memory.
/// </summary>
internal sealed class OutputLineReader(Stream stream, long maxLineBytes)
{
    private const int KeptOfLongLine = 2048;
    private const int BufferBytes = 16 * 1024;

    /// <summary>Gives each line, without its end, to <paramref name="onLine"/> until the stream ends.</summary>
    /// <param name="onLine">The line's bytes, valid during the call only, and the length that the line had.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task ReadAsync(Func<ReadOnlySequence<byte>, long, ValueTask> onLine, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        byte[]? start = null; // of a line that is too long
        long dropped = 0;
        long searched = 0; // of a line that has not ended: a long one must not be searched from its start at every read
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            while (buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
            {
                searched = 0;
                var line = buffer.Slice(0, end);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                await (start is null ? onLine(line, line.Length) : onLine(new ReadOnlySequence<byte>(start), dropped + line.Length));
                (start, dropped) = (null, 0);
            }

            if (result.IsCompleted)
            {
                var rest = dropped + buffer.Length;
                if (rest > 0)
                {
                    await onLine(start is null ? buffer : new ReadOnlySequence<byte>(start), rest);
                }

                break;
            }

            if (start is not null || buffer.Length > maxLineBytes)
            {
                start ??= buffer.Slice(0, Math.Min(buffer.Length, KeptOfLongLine)).ToArray();
                dropped += buffer.Length;
                reader.AdvanceTo(buffer.End);
                searched = 0;
            }
            else
            {
                reader.AdvanceTo(buffer.Start, buffer.End);
                searched = buffer.Length;
            }
        }

        await reader.CompleteAsync();
    }
}
