using System.Text;

namespace Sidecar.SessionApi.History.Files;

/// <summary>The difference of two contents of a file, by lines.</summary>
internal sealed class FileDiff
{
    /// <summary>Contents beyond this many bytes are not compared by lines.</summary>
    public const int MaxBytes = 1024 * 1024;

    // As many lines as git shows around a change.
    private const int Context = 3;

    // Where git looks for a NUL before it takes a file for binary.
    private const int BinaryProbeBytes = 8000;

    private readonly string[] _before;
    private readonly string[] _after;
    private readonly IReadOnlyList<LineChange> _changes;

    private FileDiff(string[] before, string[] after)
    {
        (_before, _after) = (before, after);
        _changes = LineDiff.Of(before, after);
    }

    /// <summary>Lines that are only in the later content.</summary>
    public int Insertions => _changes.Sum(change => change.NewCount);

    /// <summary>Lines that are only in the earlier content.</summary>
    public int Deletions => _changes.Sum(change => change.OldCount);

    /// <summary>Null when one of the contents is binary, or too long to be compared by lines.</summary>
    public static async Task<FileDiff?> ReadAsync(FileVersion before, FileVersion after, CancellationToken cancellationToken) =>
        await LinesAsync(before, cancellationToken) is { } older && await LinesAsync(after, cancellationToken) is { } newer
            ? new FileDiff(older, newer)
            : null;

    /// <summary>The difference as git writes it.</summary>
    /// <param name="path">The file's name in it.</param>
    /// <param name="before">The earlier content.</param>
    /// <param name="after">The later content.</param>
    public string ToText(string path, FileVersion before, FileVersion after)
    {
        var text = new StringBuilder();
        text.Append(Header(path));
        text.Append(before.Path is null ? "--- /dev/null\n" : $"--- a/{path}\n");
        text.Append(after.Path is null ? "+++ /dev/null\n" : $"+++ b/{path}\n");
        for (var first = 0; first < _changes.Count;)
        {
            var last = first;
            while (last + 1 < _changes.Count && _changes[last + 1].OldStart - End(_changes[last]) <= 2 * Context)
            {
                last++;
            }

            AppendHunk(text, first, last);
            first = last + 1;
        }

        return text.ToString();
    }

    /// <summary>What git says of contents that are not compared by lines.</summary>
    public static string OfBinary(string path) => $"{Header(path)}Binary files a/{path} and b/{path} differ\n";

    private static string Header(string path) => $"diff --git a/{path} b/{path}\n";

    private static int End(LineChange change) => change.OldStart + change.OldCount;

    private void AppendHunk(StringBuilder text, int first, int last)
    {
        var oldStart = Math.Max(0, _changes[first].OldStart - Context);
        var newStart = _changes[first].NewStart - (_changes[first].OldStart - oldStart);
        var oldEnd = Math.Min(_before.Length, End(_changes[last]) + Context);
        var newEnd = _changes[last].NewStart + _changes[last].NewCount + (oldEnd - End(_changes[last]));
        text.Append($"@@ -{Place(oldStart, oldEnd - oldStart)} +{Place(newStart, newEnd - newStart)} @@\n");
        var at = oldStart;
        for (var i = first; i <= last; i++)
        {
            var change = _changes[i];
            Append(text, ' ', _before, at, change.OldStart);
            Append(text, '-', _before, change.OldStart, End(change));
            Append(text, '+', _after, change.NewStart, change.NewStart + change.NewCount);
            at = End(change);
        }

        Append(text, ' ', _before, at, oldEnd);
    }

    // Lines count from 1; an empty range names the line before it.
    private static string Place(int start, int count) => count == 1 ? $"{start + 1}" : $"{(count == 0 ? start : start + 1)},{count}";

    private static void Append(StringBuilder text, char sign, string[] lines, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            text.Append(sign).Append(lines[i]);
            if (!lines[i].EndsWith('\n'))
            {
                text.Append("\n\\ No newline at end of file\n");
            }
        }
    }

    // Each line with its line feed, so that a missing last one is a difference.
    private static async Task<string[]?> LinesAsync(FileVersion version, CancellationToken cancellationToken)
    {
        if (version.Path is not { } path)
        {
            return [];
        }

        if (new FileInfo(path).Length > MaxBytes)
        {
            return null;
        }

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        if (bytes.AsSpan(0, Math.Min(bytes.Length, BinaryProbeBytes)).Contains((byte)0))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes);
        var lines = new List<string>();
        for (var start = 0; start < text.Length;)
        {
            var feed = text.IndexOf('\n', start);
            var end = feed < 0 ? text.Length : feed + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return [.. lines];
    }
}
