using System.Buffers;
using Sidecar.SessionApi.Search.Texts;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>Searches the texts of one session in the index.</summary>
/// <param name="pattern">What is searched for.</param>
internal sealed class ChunkSearch(SearchPattern pattern)
{
    // What is decompressed first when it is enough to know whether there is a hit: a common word is in there.
    private const int FirstBytes = 2 * 1024;

    private readonly uint[] _grams = TextSignature.GramsOf(pattern.FoldedUtf8);

    /// <summary>Adds the texts that hold the pattern.</summary>
    /// <param name="session">Where to look.</param>
    /// <param name="hits">Where they are added.</param>
    /// <param name="isHit">Decides about a text that holds the folded pattern; null when that is enough.</param>
    /// <exception cref="InvalidDataException">The index is damaged; also <see cref="ObjectDisposedException"/> and <see cref="IOException"/>.</exception>
    public void Find(IndexedSession session, TextHits hits, Func<TextPlace, bool>? isHit)
    {
        var signature = 0;
        foreach (var chunk in session.Chunks)
        {
            if (hits.IsEnough)
            {
                return;
            }

            var mayHold = session.Signatures is { } signatures
                ? TextSignature.MayHold(signatures.AsSpan(signature, chunk.SignatureBytes), _grams)
                : MayHold(session.File, chunk);
            signature += chunk.SignatureBytes;
            if (mayHold && chunk.TextBytes >= pattern.FoldedUtf8.Length)
            {
                Find(session.File, chunk, hits, isHit);
            }
        }
    }

    private bool MayHold(SearchFile file, StoredChunk chunk)
    {
        var signature = ArrayPool<byte>.Shared.Rent(chunk.SignatureBytes);
        try
        {
            file.Read(signature.AsSpan(0, chunk.SignatureBytes), chunk.SignatureAt);
            return TextSignature.MayHold(signature.AsSpan(0, chunk.SignatureBytes), _grams);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(signature);
        }
    }

    private void Find(SearchFile file, StoredChunk chunk, TextHits hits, Func<TextPlace, bool>? isHit)
    {
        var packed = ArrayPool<byte>.Shared.Rent(chunk.PackedBytes);
        var unpacked = ArrayPool<byte>.Shared.Rent(chunk.TextBytes);
        try
        {
            file.Read(packed.AsSpan(0, chunk.PackedBytes), chunk.PackedAt);
            var text = unpacked.AsSpan(0, chunk.TextBytes);
            if (hits.StopsAtFirst && isHit is null && text.Length > 2 * FirstBytes)
            {
                TextChunk.UnpackFirst(packed.AsSpan(0, chunk.PackedBytes), text[..FirstBytes]);
                if (text[..FirstBytes].IndexOf(pattern.FoldedUtf8) >= 0)
                {
                    hits.AddUnplaced();
                    return;
                }
            }

            TextChunk.Unpack(packed.AsSpan(0, chunk.PackedBytes), text);
            Find(file, chunk, text, hits, isHit);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(packed);
            ArrayPool<byte>.Shared.Return(unpacked);
        }
    }

    private void Find(SearchFile file, StoredChunk chunk, ReadOnlySpan<byte> text, TextHits hits, Func<TextPlace, bool>? isHit)
    {
        List<TextPlace>? places = null;
        var ordinal = 0;
        while (!hits.IsEnough && text.IndexOf(pattern.FoldedUtf8) is >= 0 and var at)
        {
            ordinal += text[..at].Count(TextChunk.Separator);
            if (isHit is null && !hits.WantsPlace)
            {
                hits.AddUnplaced();
            }
            else
            {
                places ??= ReadPlaces(file, chunk);
                var place = ordinal < places.Count ? places[ordinal] : throw new InvalidDataException("A text has no place.");
                if (isHit is null || isHit(place))
                {
                    hits.Add(place);
                }
            }

            var end = text[at..].IndexOf(TextChunk.Separator);
            if (end < 0)
            {
                return;
            }

            text = text[(at + end + 1)..];
            ordinal++;
        }
    }

    /// <summary>Reads where the texts of a chunk lie in the transcript.</summary>
    public static List<TextPlace> ReadPlaces(SearchFile file, StoredChunk chunk)
    {
        var written = new byte[chunk.PlacesBytes];
        file.Read(written, chunk.PlacesAt);
        return TextChunk.ReadPlaces(written);
    }
}
