using System.Buffers;
using System.Text;
using K4os.Compression.LZ4;
using Sidecar.SessionApi.Search.Texts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>
/// Some texts of one session that follow each other, folded and as UTF-8, with where each of them lies in the transcript. Between two texts is
/// a byte that no UTF-8 has, so that nothing is found across them.
/// </summary>
internal sealed class TextChunk
{
    /// <summary>Parts two texts.</summary>
    public const byte Separator = 0xFF;

    // What is decompressed for one hit, and what one rewritten chunk costs. Larger ones would be smaller on disk: the window of LZ4 is 64 KiB.
    private const int FullBytes = 64 * 1024;

    private static readonly SharedTexts NoTexts = new();

    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly List<TextPlace> _places = [];

    /// <summary>Whether a chunk with so much text is written anew when the session goes on.</summary>
    public static bool IsWorthResuming(int textBytes) => textBytes < FullBytes / 2;

    /// <summary>Whether the next text belongs in the next chunk.</summary>
    public bool IsFull => _text.WrittenCount >= FullBytes;

    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    public IReadOnlyList<TextPlace> Places => _places;

    public void Clear()
    {
        _text.ResetWrittenCount();
        _places.Clear();
    }

    /// <summary>Adds a text.</summary>
    /// <param name="text">As it is written.</param>
    /// <param name="place">Behind that of the text before.</param>
    public void Add(string text, TextPlace place)
    {
        if (_places.Count > 0)
        {
            _text.Write([Separator]);
        }

        Encoding.UTF8.GetBytes(CaseFolding.Fold(text), _text);
        _places.Add(place);
    }

    /// <summary>Begins with what another chunk holds.</summary>
    public void Resume(ReadOnlySpan<byte> text, IReadOnlyList<TextPlace> places)
    {
        Clear();
        _text.Write(text);
        _places.AddRange(places);
    }

    /// <summary>The text, compressed: it is decompressed much faster than it is read from a disk.</summary>
    public byte[] Pack()
    {
        var packed = new byte[LZ4Codec.MaximumOutputSize(_text.WrittenCount)];
        return packed[..LZ4Codec.Encode(_text.WrittenSpan, packed)];
    }

    /// <summary>Decompresses a text.</summary>
    /// <param name="packed">The whole of it.</param>
    /// <param name="text">Room of its length.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> text) => Require(LZ4Codec.Decode(packed, text), text);

    /// <summary>Decompresses the beginning of a text, with a decoder that can stop and is slower for that.</summary>
    /// <param name="packed">The whole of it.</param>
    /// <param name="text">Room for less than it is long.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static void UnpackFirst(ReadOnlySpan<byte> packed, Span<byte> text) => Require(LZ4Codec.PartialDecode(packed, text), text);

    /// <summary>Writes the places, each as its distance from the one before.</summary>
    public void WritePlaces(StateWriter state)
    {
        var (offset, number) = (0L, 0);
        foreach (var place in _places)
        {
            state.Number(place.LineOffset - offset);
            state.Number(place.LineBytes);
            state.Number(place.LineNumber - number);
            state.Number(place.Start);
            (offset, number) = (place.LineOffset, place.LineNumber);
        }
    }

    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public static List<TextPlace> ReadPlaces(ReadOnlySpan<byte> written)
    {
        var reader = new StateReader(written, NoTexts);
        var places = new List<TextPlace>();
        var (offset, number) = (0L, 0);
        while (!reader.IsAtEnd)
        {
            offset += reader.Number();
            var bytes = reader.Number();
            number += (int)reader.Number();
            places.Add(new TextPlace(offset, (int)bytes, number, (int)reader.Number()));
        }

        return places;
    }

    private static void Require(int decoded, Span<byte> text)
    {
        if (decoded != text.Length)
        {
            throw new InvalidDataException("A text cannot be decompressed.");
        }
    }
}
