namespace Sidecar.SessionApi.Transcripts;

/// <summary>Finds the repository that a directory belongs to, without starting git.</summary>
internal static class GitRoot
{
    private const string WorktreePointer = "gitdir:";

    /// <summary>The root of the main repository, also from inside one of its worktrees; null outside any.</summary>
    public static string? Of(string directory)
    {
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            var git = Path.Combine(current, ".git");
            if (Directory.Exists(git))
            {
                return current;
            }

            if (File.Exists(git))
            {
                return MainRepository(current, git) ?? current;
            }
        }

        return null;
    }

    // In a worktree .git is a file: "gitdir: /repo/.git/worktrees/name". A submodule's points to .git/modules/ and is a root.
    private static string? MainRepository(string worktree, string pointerFile)
    {
        string pointer;
        try
        {
            pointer = File.ReadLines(pointerFile).FirstOrDefault() ?? "";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (!pointer.StartsWith(WorktreePointer, StringComparison.Ordinal))
        {
            return null;
        }

        var gitDirectory = Path.GetFullPath(Path.Combine(worktree, pointer[WorktreePointer.Length..].Trim()));
        var worktrees = Path.GetDirectoryName(gitDirectory);
        var repositoryGit = Path.GetDirectoryName(worktrees);
        return Path.GetFileName(worktrees) == "worktrees" && Path.GetFileName(repositoryGit) == ".git"
            ? Path.GetDirectoryName(repositoryGit)
            : null;
    }
}
