using System.Globalization;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Which messages a client asks for: the last <paramref name="Limit"/> before an offset of the transcript.</summary>
internal sealed record MessagePage(long Before, int Limit)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    /// <summary>Reads the parameters. Without any of them there is no page.</summary>
    /// <param name="before">Where the page ends, as <c>nextBefore</c> of another one gave it; the end of the transcript if absent.</param>
    /// <param name="limit">How many messages.</param>
    /// <param name="page">The page; null for the whole transcript.</param>
    /// <returns>What is wrong with the parameters, or null.</returns>
    public static string? TryParse(string? before, string? limit, out MessagePage? page)
    {
        page = null;
        if (before is null && limit is null)
        {
            return null;
        }

        var offset = long.MaxValue;
        if (before is not null && !TryParse(before, out offset))
        {
            return $"Invalid before parameter: \"{before}\" is not a whole number from 0 on";
        }

        long count = DefaultLimit;
        if (limit is not null && (!TryParse(limit, out count) || count is < 1 or > MaxLimit))
        {
            return $"Invalid limit parameter: \"{limit}\" is not a whole number from 1 to {MaxLimit}";
        }

        page = new MessagePage(offset, (int)count);
        return null;
    }

    private static bool TryParse(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
