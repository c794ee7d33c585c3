namespace Sidecar.SessionApi.Git;

/// <summary>A work tree of a repository; the first of a list is the main one.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Branch">The branch that is checked out; null for none.</param>
/// <param name="IsBare">It is the repository itself, without files.</param>
internal sealed record GitWorktree(string Path, string? Branch, bool IsBare)
{
    private const string Submodules = "/.git/modules/";

    public static readonly string[] Arguments = ["worktree", "list", "--porcelain", "-z"];

    /// <summary>
    /// Reads the answer: lines that end with NUL, a work tree ends with an empty one.
    /// <code>
    /// worktree /home/ana/app
    /// HEAD 5f1c…
    /// branch refs/heads/main
    /// </code>
    /// The main work tree of a submodule is called by where its repository lies, <c>…/.git/modules/name</c>, which is nobody's work tree.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <param name="current">The root of the work tree that git was asked in.</param>
    public static List<GitWorktree> Parse(GitAnswer answer, string current)
    {
        var found = Read(answer);
        if (found is [var main, ..] && main.Path.Contains(Submodules, StringComparison.Ordinal))
        {
            var isCurrent = !found.Exists(tree => tree.Path == current);
            found[0] = isCurrent ? main with { Path = current } : main with { IsBare = true };
        }

        return found;
    }

    private static List<GitWorktree> Read(GitAnswer answer)
    {
        var found = new List<GitWorktree>();
        foreach (var line in answer.Records)
        {
            if (line.StartsWith("worktree ", StringComparison.Ordinal))
            {
                found.Add(new GitWorktree(line["worktree ".Length..], null, IsBare: false));
            }
            else if (found.Count > 0 && line.StartsWith("branch " + GitReference.Heads, StringComparison.Ordinal))
            {
                found[^1] = found[^1] with { Branch = line[("branch " + GitReference.Heads).Length..] };
            }
            else if (found.Count > 0 && line == "bare")
            {
                found[^1] = found[^1] with { IsBare = true };
            }
        }

        return found;
    }
}
