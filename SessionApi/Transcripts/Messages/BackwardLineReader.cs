using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts.Messages;

/// <summary>
/// Reads the lines of a transcript from the last one back, so that the newest page of a file of any size costs what the page
/// costs. One block is in memory; a line that lies across two blocks is read on its own, condensed if it is huge.
/// </summary>
internal sealed class BackwardLineReader(SafeFileHandle file) : IDisposable
{
    private const int BlockBytes = 256 * 1024;

    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private long _from;
    private int _count;

    /// <summary>The offset of the last line feed before this one; −1 when there is none.</summary>
    public async ValueTask<long> FindFeedAsync(long before, CancellationToken cancellationToken)
    {
        while (before > 0)
        {
            if ((before <= _from || before > _from + _count) && !await LoadAsync(before, cancellationToken))
            {
                return -1;
            }

            var at = _block.AsSpan(0, (int)(before - _from)).LastIndexOf((byte)'\n');
            if (at >= 0)
            {
                return _from + at;
            }

            before = _from;
        }

        return -1;
    }

    /// <summary>The line between two offsets. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadLineAsync(long start, long feed, CancellationToken cancellationToken)
    {
        if (start >= _from && feed <= _from + _count)
        {
            return _block.AsMemory((int)(start - _from), (int)(feed - start));
        }

        using var reader = new TranscriptLineReader(file, start) { End = feed + 1, Condenses = true };
        while (await reader.FillAsync(cancellationToken))
        {
            if (reader.TryTakeLine(out var line))
            {
                return line.ToArray();
            }
        }

        return default;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_block);

    // False when the file has become shorter.
    private async ValueTask<bool> LoadAsync(long end, CancellationToken cancellationToken)
    {
        _from = Math.Max(0, end - BlockBytes);
        _count = 0;
        var wanted = (int)(end - _from);
        while (_count < wanted)
        {
            var read = await RandomAccess.ReadAsync(file, _block.AsMemory(_count, wanted - _count), _from + _count, cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _count += read;
        }

        return true;
    }
}
