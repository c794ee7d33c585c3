using System.Text;

namespace Sidecar.SessionApi.Search.Texts;

/// <summary>
/// Makes texts equal that differ in case only, by Unicode's simple case folding: one character for one, so that a place in the folded text
/// is the same place in the text. ß and ss stay different, as do accents and their absence, and an accent that is a character of its own.
/// </summary>
internal static class CaseFolding
{
    private const char LongS = '\u017F';

    // Of the basic plane: most text outside ASCII is there.
    private static readonly Lazy<char[]> Folded = new(static () =>
    {
        var folded = new char[char.MaxValue + 1];
        for (var unit = 0; unit <= char.MaxValue; unit++)
        {
            folded[unit] = Rune.TryCreate((char)unit, out var rune) ? (char)Fold(rune).Value : (char)unit;
        }

        return folded;
    });

    /// <summary>The folded text, of the same length in UTF-16 units.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (folded, text) =>
    {
        var at = 0;
        while (at < text.Length)
        {
            _ = Ascii.ToLower(text.AsSpan(at), folded[at..], out var ascii);
            at += ascii;
            at += FoldOther(text.AsSpan(at), folded[at..]);
        }
    });

    // What is not ASCII, up to the next that is.
    private static int FoldOther(ReadOnlySpan<char> text, Span<char> folded)
    {
        var table = text.IsEmpty ? null : Folded.Value;
        var at = 0;
        while (at < text.Length && text[at] >= 0x80)
        {
            if (Rune.DecodeFromUtf16(text[at..], out var rune, out var units) == System.Buffers.OperationStatus.Done && units == 2)
            {
                Fold(rune).EncodeToUtf16(folded[at..]);
            }
            else
            {
                folded[at] = table![text[at]];
            }

            at += units;
        }

        return at;
    }

    // There and back brings the forms together that share one upper case: ς and σ, µ and μ. The long s is the one that .NET leaves alone.
    private static Rune Fold(Rune rune) => rune.Value == LongS ? new Rune('s') : Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
}
