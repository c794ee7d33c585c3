using System.Buffers;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>The words that a session is looked for by: each must be in its title, or in the name of the folder that it works in.</summary>
internal sealed class TitleWords
{
    /// <summary>How many characters a text to look for may have.</summary>
    public const int MaxLength = 200;

    // Prepared once: thousands of titles are looked through for each.
    private readonly SearchValues<string>[] _words;

    private TitleWords(SearchValues<string>[] words) => _words = words;

    /// <summary>The words of a text, which white space separates; null when it has none.</summary>
    public static TitleWords? Of(ReadOnlySpan<char> text) =>
        text.IsWhiteSpace()
            ? null
            : new TitleWords(
            [
                .. text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    .Distinct(StringComparer.OrdinalIgnoreCase)
                    .Select(static word => SearchValues.Create([word], StringComparison.OrdinalIgnoreCase)),
            ]);

    /// <summary>Whether a row has all of them, in whatever case.</summary>
    public bool AreIn(SessionRow row)
    {
        var folder = FolderOf(row.WorkspaceKey.WorkDir);
        foreach (var word in _words)
        {
            if (!row.Title.AsSpan().ContainsAny(word) && !folder.ContainsAny(word))
            {
                return false;
            }
        }

        return true;
    }

    // Transcripts may come from another system: both of the characters that separate are known.
    private static ReadOnlySpan<char> FolderOf(string? path)
    {
        var trimmed = path.AsSpan().TrimEnd("/\\");
        return trimmed[(trimmed.LastIndexOfAny('/', '\\') + 1)..];
    }
}
