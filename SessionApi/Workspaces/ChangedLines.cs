using System.Globalization;
using Sidecar.SessionApi.Git;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>Reads <c>git diff --numstat -z</c>: how many lines of each file are new, and how many are gone.</summary>
internal static class ChangedLines
{
    /// <summary>
    /// The lines by path. Of a rename the path is empty, and the old and the new one follow; a binary file has hyphens in place of figures. Fields are
    /// divided by tabs and end with NUL:
    /// <code>
    /// 2 1 src/a.cs
    /// - - logo.png
    /// 0 0
    /// src/old.cs
    /// src/new.cs
    /// </code>
    /// An answer that failed gives no figures: the list of changes is worth showing without them.
    /// </summary>
    public static Dictionary<string, (int Added, int Deleted)> Parse(GitAnswer answer)
    {
        var lines = new Dictionary<string, (int, int)>(StringComparer.Ordinal);
        using var records = answer.Records.GetEnumerator();
        while (records.MoveNext())
        {
            if (records.Current.Split('\t', 3) is not [var added, var deleted, var path]
                || (path.Length == 0 && !(records.MoveNext() && records.MoveNext())))
            {
                break;
            }

            lines[path.Length == 0 ? records.Current : path] = (Figure(added), Figure(deleted));
        }

        return lines;
    }

    private static int Figure(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var figure) ? figure : 0;
}
