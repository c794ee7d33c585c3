using System.Text;

namespace Sidecar.SessionApi.Skills;

/// <summary>
/// The settings at the top of a Markdown file, between two lines of three hyphens:
/// <code>
/// ---
/// name: release-notes
/// description: >
///   Writes the notes
///   of a release.
/// tools: Read, Grep
/// ---
/// </code>
/// Of YAML this is what such files use: one-line values, quoted or not, folded and literal blocks, and lists of words. What is nested is passed over.
/// </summary>
internal static class FrontMatter
{
    private const string Fence = "---";

    /// <summary>The values by name; empty when the text does not begin with settings.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var lines = text.TrimStart('\uFEFF').Split('\n').Select(line => line.TrimEnd('\r', ' ', '\t')).ToArray();
        if (lines[0] != Fence)
        {
            return values;
        }

        for (var at = 1; at < lines.Length && lines[at] != Fence; at++)
        {
            var line = lines[at];
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || char.IsWhiteSpace(line[0]) || line[0] is '#' or '-')
            {
                continue;
            }

            var value = line[(colon + 1)..].Trim();
            var block = Indented(lines, at + 1);
            values[line[..colon].Trim()] = value switch
            {
                "|" or "|-" or "|+" => string.Join('\n', block).Trim(),
                ">" or ">-" or ">+" => string.Join(' ', block.Where(part => part.Length > 0)),
                "" => List(block),
                _ => Unquote(value),
            };
            at += block.Length;
        }

        return values;
    }

    private static string[] Indented(string[] lines, int from) =>
        [.. lines.Skip(from).TakeWhile(line => line.Length == 0 || char.IsWhiteSpace(line[0]) || line.StartsWith("- ", StringComparison.Ordinal)).Select(line => line.Trim())];

    // "- Read" and "- Grep" are "Read, Grep"; a map has no one value.
    private static string List(string[] block) =>
        string.Join(", ", block.Where(line => line.StartsWith("- ", StringComparison.Ordinal)).Select(line => Unquote(line[2..].Trim())));

    private static string Unquote(string value)
    {
        if (value.Length < 2 || value[0] is not ('"' or '\'') || value[^1] != value[0])
        {
            return value;
        }

        var inner = value[1..^1];
        return value[0] == '\'' ? inner.Replace("''", "'", StringComparison.Ordinal) : Unescape(inner);
    }

    private static string Unescape(string inner)
    {
        var text = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            var escaped = inner[i] == '\\' && i + 1 < inner.Length;
            text.Append(escaped ? inner[++i] switch { 'n' => '\n', 't' => '\t', var other => other } : inner[i]);
        }

        return text.ToString();
    }
}
