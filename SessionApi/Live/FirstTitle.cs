namespace Sidecar.SessionApi.Live;

/// <summary>The title of a session from its first message, until there is a better one.</summary>
internal static class FirstTitle
{
    private const int MaxUnits = 50;
    private static readonly char[] SentenceEnds = ['.', '!', '?', '。', '！', '？', '\n'];

    /// <summary>The first sentence in at most 50 UTF-16 units; null for a command or an empty message.</summary>
    public static string? Of(string message)
    {
        var text = message.Trim();
        if (text.Length == 0 || text[0] == '/')
        {
            return null;
        }

        var end = FirstSentence(text);
        var title = string.Join(' ', text[..end].Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        if (title.Length <= MaxUnits)
        {
            return title.Length > 0 ? title : null;
        }

        // Not between the halves of a surrogate pair.
        var cut = char.IsHighSurrogate(title[MaxUnits - 1]) ? MaxUnits - 1 : MaxUnits;
        return title[..cut].TrimEnd();
    }

    // An end counts only before white space: "v1.2 of a.ts" is one sentence. The full-width ends need none.
    private static int FirstSentence(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (SentenceEnds.Contains(text[i]) && (text[i] is '\n' or > '\u2FFF' || i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])))
            {
                return text[i] == '\n' ? i : i + 1;
            }
        }

        return text.Length;
    }
}
