using System.Buffers;
using System.Text;

namespace Sidecar.SessionApi.Files;

/// <summary>Searches files without any other program.</summary>
internal static class ManagedSearch
{
    /// <summary>Searches files in their order until enough is found or nobody waits any more.</summary>
    /// <param name="files">Paths from the folder, each of a regular file of at most <see cref="TextSearch.MaxFileBytes"/>.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="found">Takes what is found.</param>
    /// <param name="isOver">Whether the time is up.</param>
    /// <returns>Whether all files were searched, or enough found.</returns>
    public static bool Search(IEnumerable<string> files, TextSearchQuery query, FoundLines found, Func<bool> isOver)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(TextSearch.MaxFileBytes);
        try
        {
            return Search(files, query, found, isOver, buffer.AsMemory(0, TextSearch.MaxFileBytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool Search(IEnumerable<string> files, TextSearchQuery query, FoundLines found, Func<bool> isOver, Memory<byte> buffer)
    {
        foreach (var file in files)
        {
            if (found.IsFull)
            {
                break;
            }

            if (isOver())
            {
                return false;
            }

            if (Text(Path.Combine(query.Folder, file), buffer) is { } text)
            {
                found.AddRange(Lines(file, text, query, found.Room));
            }
        }

        return true;
    }

    // Null: it cannot be read, or is no text.
    private static string? Text(string path, Memory<byte> buffer)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            while (length < buffer.Length && RandomAccess.Read(file, buffer.Span[length..], length) is var read && read > 0)
            {
                length += read;
            }

            var bytes = buffer.Span[..length];
            return bytes.Contains((byte)0) ? null : Encoding.UTF8.GetString(bytes);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static List<TextMatch> Lines(string file, string text, TextSearchQuery query, int max)
    {
        var comparison = query.IsCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        var lines = new List<TextMatch>();
        var (number, counted, from) = (1, 0, 0);
        while (lines.Count < max && from < text.Length && text.IndexOf(query.Text, from, comparison) is var match && match >= 0)
        {
            var start = match == 0 ? 0 : text.LastIndexOf('\n', match - 1) + 1;
            var end = text.IndexOf('\n', match);
            end = end < 0 ? text.Length : end;
            number += text.AsSpan(counted, start - counted).Count('\n');
            lines.Add(new TextMatch(file, number, MatchedLine.Show(text[start..end], query)));
            (counted, from) = (start, end + 1);
        }

        return lines;
    }
}
