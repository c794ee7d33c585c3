using System.Text;
using System.Text.RegularExpressions;

namespace Sidecar.SessionApi.Files;

/// <summary>
/// Which files a search looks into: <c>*.cs</c>, <c>src/**/*.{ts,tsx}</c>, <c>!*.min.js</c>. Without a slash it is about the file's name, with one about
/// the path; <c>*</c> and <c>?</c> stop at a slash, <c>**</c> does not; an exclamation mark turns it round.
/// </summary>
internal sealed class GlobPattern
{
    public const int MaxLength = 256;

    // A pattern that is made to be slow costs this much for each path, not more.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(100);

    private readonly Regex _regex;
    private readonly bool _isAboutName;
    private readonly bool _isExcluding;

    private GlobPattern(Regex regex, bool isAboutName, bool isExcluding) =>
        (_regex, _isAboutName, _isExcluding) = (regex, isAboutName, isExcluding);

    /// <summary>Reads a pattern; null when it is none.</summary>
    public static GlobPattern? Parse(string glob)
    {
        var isExcluding = glob.StartsWith('!');
        var pattern = isExcluding ? glob[1..] : glob;
        var isAboutName = !pattern.Contains('/');
        pattern = pattern.StartsWith('/') ? pattern[1..] : pattern;
        if (pattern.Length is 0 or > MaxLength || Translate(pattern) is not { } expression)
        {
            return null;
        }

        try
        {
            return new GlobPattern(new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout), isAboutName, isExcluding);
        }
        catch (Exception notAPattern) when (notAPattern is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether a file counts.</summary>
    /// <param name="path">From the folder that is searched, with slashes.</param>
    public bool Matches(string path) =>
        _regex.IsMatch(_isAboutName ? path[(path.LastIndexOf('/') + 1)..] : path) != _isExcluding;

    private static string? Translate(string pattern)
    {
        var expression = new StringBuilder(@"\A");
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when pattern.AsSpan(i).StartsWith("**/"):
                    expression.Append("(?:.*/)?");
                    i += 2;
                    break;
                case '*' when pattern.AsSpan(i).StartsWith("**"):
                    expression.Append(".*");
                    i++;
                    break;
                case '*':
                    expression.Append("[^/]*");
                    break;
                case '?':
                    expression.Append("[^/]");
                    break;
                case '[' when pattern.IndexOf(']', Math.Min(pattern.Length, i + 2)) is var end && end > 0:
                    expression.Append(Set(pattern[(i + 1)..end]));
                    i = end;
                    break;
                case '{':
                    expression.Append("(?:");
                    depth++;
                    break;
                case '}' when depth > 0:
                    expression.Append(')');
                    depth--;
                    break;
                case ',' when depth > 0:
                    expression.Append('|');
                    break;
                case '\\' when i + 1 < pattern.Length:
                    expression.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                default:
                    expression.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        return depth == 0 ? expression.Append(@"\z").ToString() : null;
    }

    // [a-z], [!abc]; what has a meaning in a regular expression only loses it.
    private static string Set(string members)
    {
        var isNegated = members.StartsWith('!') || members.StartsWith('^');
        var escaped = (isNegated ? members[1..] : members)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("[", "\\[", StringComparison.Ordinal)
            .Replace("]", "\\]", StringComparison.Ordinal)
            .Replace("^", "\\^", StringComparison.Ordinal);
        return isNegated ? $"[^/{escaped}]" : $"[{escaped}]";
    }
}
