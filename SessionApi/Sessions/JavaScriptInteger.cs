namespace Sidecar.SessionApi.Sessions;

/// <summary>Reads integers as the clients' language does: <c>"12abc"</c> is 12, <c>" 7"</c> is 7, <c>"abc"</c> is none.</summary>
internal static class JavaScriptInteger
{
    /// <summary>The integer at the start of the text, at most <see cref="int.MaxValue"/>; null when there is none.</summary>
    public static int? Parse(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var isNegative = text.StartsWith('-');
        text = isNegative || text.StartsWith('+') ? text[1..] : text;
        var digits = 0;
        long value = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            value = Math.Min((value * 10) + (text[digits] - '0'), int.MaxValue);
            digits++;
        }

        return digits == 0 ? null : (int)(isNegative ? -value : value);
    }
}
