using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Sidecar.SessionApi.Search.Texts;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>Reads what is new in one transcript into the index.</summary>
internal sealed class TranscriptIndexing(SearchIndex index, ReadingPace pace)
{
    private readonly TextChunk _chunk = new();

    /// <summary>Reads what was appended; all of it when what was there before is no longer the same.</summary>
    /// <exception cref="IOException">The transcript cannot be read, or the index cannot be written; also <see cref="UnauthorizedAccessException"/>.</exception>
    public async Task IndexAsync(TranscriptLocation location, CancellationToken cancellationToken)
    {
        // The stamp comes first: what is written while we read makes the next stamp differ, so it is never missed.
        var known = index.Find(location.MainPath);
        if (FileStamp.Require(location.MainPath) is not { } stamp)
        {
            index.Remove(location);
            return;
        }

        if (known?.State.Stamp == stamp)
        {
            index.Confirm(location, known);
            return;
        }

        using var file = TranscriptLineReader.Open(location.MainPath);
        var before = TranscriptFingerprint.Of(file, stamp.Length);
        if (known is not null && !Continues(file, stamp, known.State))
        {
            known = null;
        }

        using var reader = new SpokenTextReader(file, known?.State.Position ?? default, stamp.Length);
        var chunks = Resume(known);
        await ReadAsync(location, file, stamp, reader, chunks, cancellationToken);
        if (TranscriptFingerprint.Of(file, stamp.Length) != before)
        {
            // Rewritten while it was read: what was read is neither of the two, and its fingerprint would say that it is the new one.
            index.Forget(location);
            return;
        }

        if (known is not null && reader.Position == known.State.Position)
        {
            // Touched, or half a line more.
            index.Put(location, known.State with { Stamp = stamp }, known.Chunks);
            return;
        }

        var state = StateAt(file, reader.Position, stamp);
        chunks.Add(index.Append(new ChunkHead(location, chunks.Count, state), _chunk));
        index.Put(location, state, [.. chunks]);
    }

    /// <summary>Whether a file still begins with what was read of it.</summary>
    public static bool Continues(SafeFileHandle file, FileStamp stamp, IndexedState state) =>
        stamp.Inode == state.Stamp.Inode
        && stamp.Length >= state.Position.Offset
        && TranscriptFingerprint.Of(file, state.Position.Offset) == state.Fingerprint;

    private async Task ReadAsync(
        TranscriptLocation location, SafeFileHandle file, FileStamp stamp, SpokenTextReader reader, List<StoredChunk> chunks, CancellationToken cancellationToken)
    {
        var paid = reader.Position.Offset;
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTake(out var text, out var place))
            {
                _chunk.Add(text, place);
                if (_chunk.IsFull && reader.IsAtLineEnd)
                {
                    // With a stamp that no file has: should it end here, a later start goes on.
                    var state = StateAt(file, reader.Position, stamp with { Length = -1 });
                    chunks.Add(index.Append(new ChunkHead(location, chunks.Count, state), _chunk));
                    _chunk.Clear();
                }
            }

            await pace.SpendAsync(reader.Position.Offset - paid, cancellationToken);
            paid = reader.Position.Offset;
        }
    }

    // A session that goes on would be many small chunks; so the last one is written anew until it is well filled.
    private List<StoredChunk> Resume(IndexedSession? known)
    {
        _chunk.Clear();
        if (known is not { Chunks: [.. var full, var last] })
        {
            return [];
        }

        if (!TextChunk.IsWorthResuming(last.TextBytes))
        {
            return [.. known.Chunks];
        }

        if (last.TextBytes == 0)
        {
            return [.. full];
        }

        var packed = new byte[last.PackedBytes];
        var text = ArrayPool<byte>.Shared.Rent(last.TextBytes);
        try
        {
            known.File.Read(packed, last.PackedAt);
            TextChunk.Unpack(packed, text.AsSpan(0, last.TextBytes));
            _chunk.Resume(text.AsSpan(0, last.TextBytes), ChunkSearch.ReadPlaces(known.File, last));
            return [.. full];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static IndexedState StateAt(SafeFileHandle file, SpokenPosition position, FileStamp stamp) =>
        new(stamp, position, TranscriptFingerprint.Of(file, position.Offset));
}
