namespace Sidecar.Benchmarks.Live.Soak;

/// <summary>A piece of text as the stand-in agent numbers it: <c>label#12 </c>, perhaps with padding behind.</summary>
internal static class NumberedPiece
{
    public static (string Label, int Number)? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var (hash, end) = (text.IndexOf('#', StringComparison.Ordinal), text.IndexOf(' ', StringComparison.Ordinal));
        return hash > 0 && end > hash && int.TryParse(text.AsSpan(hash + 1, end - hash - 1), out var number) ? (text[..hash], number) : null;
    }
}
