namespace Sidecar.SessionApi.Files;

/// <summary>Makes of a line what is shown of it.</summary>
internal static class MatchedLine
{
    /// <summary>The most that is shown, in UTF-16 units.</summary>
    public const int MaxLength = 500;

    private const int Before = 100;

    /// <summary>The line without its end; of a long one the part around the first match.</summary>
    public static string Show(string line, TextSearchQuery query)
    {
        line = line.TrimEnd('\r', '\n');
        if (line.Length <= MaxLength)
        {
            return line;
        }

        var match = line.IndexOf(query.Text, query.IsCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);
        var start = Math.Clamp(match - Before, 0, line.Length - MaxLength);
        start -= start > 0 && char.IsLowSurrogate(line[start]) ? 1 : 0;
        var end = Math.Min(line.Length, start + MaxLength);
        end -= end < line.Length && char.IsHighSurrogate(line[end - 1]) ? 1 : 0;
        return line[start..end];
    }
}
