using System.Text;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>What is left of a prompt when it becomes a title.</summary>
internal static class TitleText
{
    // UTF-16 units, as the clients count.
    private const int MaxPromptUnits = 80;

    /// <summary>Of a longer prompt only this much is looked at.</summary>
    public const int MaxPromptBytes = 64 * 1024;

    /// <summary>
    /// The title that a prompt gives, or null when nothing usable is left:
    /// <c>&lt;command-name&gt;/init&lt;/command-name&gt;…</c> is the command with its arguments, other tagged blocks are dropped.
    /// </summary>
    public static string? FromPrompt(string text)
    {
        var usable = Contents(text, "command-name") is { } command
            ? $"{command} {Contents(text, "command-args")}"
            : WithoutTaggedBlocks(text);
        usable = Collapse(usable);
        return usable.Length == 0 ? null : Shorten(usable);
    }

    /// <summary>The objective of a <c>/goal</c> command as a title; null for any other text and for <c>/goal clear</c>.</summary>
    public static string? FromGoal(string text)
    {
        if (!IsGoal(text))
        {
            return null;
        }

        var objective = Collapse(Contents(text, "command-args") ?? "");
        return objective is "" or "clear" ? null : Shorten(objective);
    }

    /// <summary>Whether the text is a <c>/goal</c> command.</summary>
    public static bool IsGoal(string text) => Contents(text, "command-name")?.Trim() is "/goal" or "goal";

    /// <summary>The text with every run of white space turned into one space, and none at its ends.</summary>
    public static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Shorten(string title)
    {
        if (title.Length <= MaxPromptUnits)
        {
            return title;
        }

        // Half a pair is no text.
        var units = char.IsHighSurrogate(title[MaxPromptUnits - 1]) ? MaxPromptUnits - 1 : MaxPromptUnits;
        return string.Concat(title.AsSpan(0, units), "...");
    }

    private static string? Contents(string text, string tag)
    {
        var start = text.IndexOf($"<{tag}>", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += tag.Length + 2;
        var end = text.IndexOf($"</{tag}>", start, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    /// <summary>The text without its <c>&lt;name …&gt;…&lt;/name&gt;</c> blocks. A tag that is never closed stays.</summary>
    public static string WithoutTaggedBlocks(string text)
    {
        var open = text.IndexOf('<');
        if (open < 0)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        var from = 0;
        while (open >= 0)
        {
            var end = BlockEnd(text, open);
            if (end > 0)
            {
                kept.Append(text, from, open - from);
                from = end;
            }

            open = text.IndexOf('<', end > 0 ? end : open + 1);
        }

        return kept.Append(text, from, text.Length - from).ToString();
    }

    private static int BlockEnd(string text, int open)
    {
        var nameEnd = open + 1;
        while (nameEnd < text.Length && (char.IsAsciiLetterOrDigit(text[nameEnd]) || text[nameEnd] is '-' or '_' or ':'))
        {
            nameEnd++;
        }

        if (nameEnd == open + 1 || !char.IsAsciiLetter(text[open + 1]))
        {
            return -1;
        }

        var tagEnd = text.IndexOf('>', nameEnd);
        if (tagEnd < 0 || (tagEnd > nameEnd && !char.IsWhiteSpace(text[nameEnd])))
        {
            return -1;
        }

        var closing = $"</{text.AsSpan(open + 1, nameEnd - open - 1)}>";
        var close = text.IndexOf(closing, tagEnd + 1, StringComparison.Ordinal);
        return close < 0 ? -1 : close + closing.Length;
    }
}
