namespace Sidecar.SessionApi.Git;

/// <summary>One changed path, as <c>git status --porcelain=v2</c> tells of it.</summary>
/// <param name="Path">From the root of the work tree, with slashes.</param>
/// <param name="OldPath">Where it was before it was renamed or copied.</param>
/// <param name="Index">The letter of the change between the last commit and the index; a dot for none.</param>
/// <param name="WorkTree">The letter of the change between index and work tree; a dot for none.</param>
/// <param name="IsUntracked">It is not under version control.</param>
/// <param name="IsConflicted">A merge has left it open.</param>
internal sealed record GitChange(string Path, string? OldPath, char Index, char WorkTree, bool IsUntracked, bool IsConflicted);

/// <summary>Where a work tree stands and what has changed in it.</summary>
/// <param name="Branch">The branch; null when none is checked out.</param>
/// <param name="Commit">The commit; null before the first one.</param>
/// <param name="Changes">What has changed, in git's order.</param>
/// <param name="IsCut">Whether there are more changes than were read.</param>
internal sealed record GitStatus(string? Branch, string? Commit, IReadOnlyList<GitChange> Changes, bool IsCut)
{
    /// <summary>Where agent CLIs, and we for them, put worktrees. They are not part of the work tree that they lie in.</summary>
    public const string WorktreesFolder = ".claude/worktrees";

    /// <summary>The command for a whole work tree, without the worktrees of sessions.</summary>
    /// <param name="untracked"><c>normal</c> names an untracked folder, <c>all</c> every file in it.</param>
    public static string[] Arguments(string untracked) => [.. Command(untracked), ":(top)", $":(top,exclude,literal){WorktreesFolder}"];

    /// <summary>The command for what lies below the directory that it is run in.</summary>
    /// <inheritdoc cref="Arguments"/>
    public static string[] ArgumentsHere(string untracked) => [.. Command(untracked), ".", $":(top,exclude,literal){WorktreesFolder}"];

    /// <summary>The command for one path, from the directory that it is run in.</summary>
    public static string[] ArgumentsOf(string path) => [.. Command("all"), $":(literal){path}"];

    /// <summary>
    /// Reads the answer. Records end with NUL; a rename has its old path as a record of its own:
    /// <code>
    /// # branch.oid 5f1c… | (initial)
    /// # branch.head main | (detached)
    /// 1 .M N... 100644 100644 100644 5f1c… 5f1c… src/a.cs
    /// 2 R. N... 100644 100644 100644 5f1c… 5f1c… R100 src/new.cs
    /// src/old.cs
    /// u UU N... 100644 100644 100644 100644 5f1c… 5f1c… 5f1c… src/both.cs
    /// ? notes.txt
    /// </code>
    /// </summary>
    public static GitStatus Parse(GitAnswer answer)
    {
        string? branch = null, commit = null;
        var changes = new List<GitChange>();
        using var records = answer.Records.GetEnumerator();
        while (records.MoveNext())
        {
            var record = records.Current;
            switch (record)
            {
                case ['#', ..]:
                    branch = Header(record, "# branch.head ") is { } head && head != "(detached)" ? head : branch;
                    commit = Header(record, "# branch.oid ") is { } oid && oid != "(initial)" ? oid : commit;
                    break;
                case ['1', ' ', var x, var y, ..] when Field(record, 8) is { } path:
                    changes.Add(new GitChange(path, null, x, y, IsUntracked: false, IsConflicted: false));
                    break;
                case ['2', ' ', var x, var y, ..] when Field(record, 9) is { } path && records.MoveNext():
                    changes.Add(new GitChange(path, records.Current, x, y, IsUntracked: false, IsConflicted: false));
                    break;
                case ['u', ' ', var x, var y, ..] when Field(record, 10) is { } path:
                    changes.Add(new GitChange(path, null, x, y, IsUntracked: false, IsConflicted: true));
                    break;
                case ['?', ' ', ..]:
                    changes.Add(new GitChange(record[2..], null, '.', '?', IsUntracked: true, IsConflicted: false));
                    break;
            }
        }

        return new GitStatus(branch, commit, changes, answer.IsCut);
    }

    // A submodule counts as changed when it stands at another commit. What is in it is not looked at: git would do that by the submodule's settings.
    private static string[] Command(string untracked) =>
        ["status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=dirty", $"--untracked-files={untracked}", "--"];

    private static string? Header(string record, string name) => record.StartsWith(name, StringComparison.Ordinal) ? record[name.Length..] : null;

    // Everything behind so many spaces: a path may hold spaces itself.
    private static string? Field(string record, int spaces)
    {
        var start = 0;
        for (; spaces > 0; spaces--)
        {
            start = record.IndexOf(' ', start) + 1;
            if (start == 0)
            {
                return null;
            }
        }

        return record[start..];
    }
}
