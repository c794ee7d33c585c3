namespace Sidecar.SessionApi.Files;

/// <summary>Writes out the braces of a pattern: <c>a.{b,c}</c> is <c>a.b</c> and <c>a.c</c>.</summary>
internal static class GlobAlternatives
{
    // Braces behind braces multiply.
    private const int Max = 64;

    /// <summary>The patterns without braces; null when one is left open or there are too many.</summary>
    public static List<string>? Of(string pattern)
    {
        var (done, open) = (new List<string>(), new Stack<string>([pattern]));
        while (open.TryPop(out var next))
        {
            if (Braces(next) is not { } braces)
            {
                done.Add(next);
            }
            else if (braces.End < 0)
            {
                return null;
            }
            else
            {
                foreach (var member in Members(next[(braces.Start + 1)..braces.End]))
                {
                    open.Push(next[..braces.Start] + member + next[(braces.End + 1)..]);
                }
            }

            if (done.Count + open.Count > Max)
            {
                return null;
            }
        }

        return done;
    }

    // The first brace, and the one that closes it; -1 when none does. A backslash takes a brace its meaning.
    private static (int Start, int End)? Braces(string pattern)
    {
        var (start, depth) = (-1, 0);
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    start = start < 0 ? i : start;
                    depth++;
                    break;
                case '}' when depth > 0 && --depth == 0:
                    return (start, i);
            }
        }

        return start < 0 ? null : (start, -1);
    }

    // At the commas that are in no further brace.
    private static IEnumerable<string> Members(string inside)
    {
        var (from, depth) = (0, 0);
        for (var i = 0; i < inside.Length; i++)
        {
            switch (inside[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    depth++;
                    break;
                case '}':
                    depth--;
                    break;
                case ',' when depth == 0:
                    yield return inside[from..i];
                    from = i + 1;
                    break;
            }
        }

        yield return inside[from..];
    }
}
