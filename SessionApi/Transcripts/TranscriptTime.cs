using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>Times as transcripts write them: <c>2026-03-01T03:58:33.399Z</c>.</summary>
internal static class TranscriptTime
{
    private const string Canonical = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString(Canonical, CultureInfo.InvariantCulture);

    public static string Format(long utcTicks) => new DateTime(utcTicks, DateTimeKind.Utc).ToString(Canonical, CultureInfo.InvariantCulture);

    /// <summary>Reads a JSON string token as a time.</summary>
    /// <param name="token">The token with its quotes.</param>
    /// <param name="utcTicks">The time.</param>
    /// <param name="isCanonical">Whether <see cref="Format(long)"/> gives the same text again, so that it need not be kept.</param>
    public static bool TryParse(ReadOnlySpan<byte> token, out long utcTicks, out bool isCanonical)
    {
        isCanonical = false;
        var text = token.Length > 2 && token[0] == '"' ? token[1..^1] : default;
        if (text.Length == 24 && text[23] == 'Z' && TryParseCanonical(text, out utcTicks))
        {
            isCanonical = true;
            return true;
        }

        var parsed = DateTimeOffset.TryParse(
            Encoding.UTF8.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        utcTicks = time.UtcTicks;
        return parsed;
    }

    private static bool TryParseCanonical(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != '.'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second)
            || !TryDigits(text[20..23], out var millisecond)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        utcTicks = new DateTime(year, month, day, hour, minute, second, millisecond, DateTimeKind.Utc).Ticks;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> digits, out int value)
    {
        // The parser takes a sign; a date has none.
        value = 0;
        return char.IsAsciiDigit((char)digits[0]) && Utf8Parser.TryParse(digits, out value, out var used) && used == digits.Length;
    }
}
