namespace Sidecar.SessionApi.Search.Texts;

/// <summary>The part of a text around the first place that was found in it.</summary>
internal static class Snippet
{
    // On each side, in UTF-16 units.
    private const int WindowUnits = 120;

    private const string Cut = "…";

    /// <summary>Null when the text does not hold the pattern.</summary>
    public static (string Snippet, IReadOnlyList<Highlight> Highlights)? Of(string text, SearchPattern pattern)
    {
        var highlights = new List<Highlight>();
        var (start, end, shift) = (0, text.Length, 0);
        foreach (var place in pattern.PlacesIn(text))
        {
            if (highlights.Count == 0)
            {
                (start, end) = WindowAround(text, place, place + pattern.Length);
                shift = (start > 0 ? Cut.Length : 0) - start;
            }

            if (place + pattern.Length > end)
            {
                break;
            }

            highlights.Add(new Highlight(place + shift, place + pattern.Length + shift));
        }

        return highlights.Count == 0
            ? null
            : (string.Concat(start > 0 ? Cut : "", text.AsSpan(start, end - start), end < text.Length ? Cut : ""), highlights);
    }

    // Half a pair is no text.
    private static (int Start, int End) WindowAround(string text, int from, int to)
    {
        var start = Math.Max(0, from - WindowUnits);
        var end = Math.Min(text.Length, to + WindowUnits);
        return (
            start > 0 && char.IsLowSurrogate(text[start]) ? start + 1 : start,
            end < text.Length && char.IsLowSurrogate(text[end]) ? end - 1 : end);
    }
}
