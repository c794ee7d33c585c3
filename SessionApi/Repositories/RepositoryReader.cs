using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.Git;
using Sidecar.SessionApi.Programs;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Repositories;

/// <summary>Asks git what a folder is.</summary>
internal sealed class RepositoryReader(GitRunner git, FileReads files, IOptions<GitOptions> options)
{
    /// <summary>More are of no use in a menu. The newest count.</summary>
    public const int MaxBranches = 1000;

    /// <summary>Looks at a folder now.</summary>
    /// <param name="path">An absolute path.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<RepositoryContext> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var (workDir, exists) = await files.RunAsync(_ => RealPath.Resolve(path) is var real ? (real, Directory.Exists(real)) : default, cancellationToken);
        if (!exists)
        {
            return new RepositoryContext(RepositoryContext.MissingWorkDir, workDir);
        }

        var root = await git.RunAsync(workDir, options.Value.LaunchTimeout, ["rev-parse", "--show-toplevel"], cancellationToken);
        if (!root.Succeeded)
        {
            return IsNoWorkTree(root) ? new RepositoryContext(RepositoryContext.NotGitRepo, workDir) : Failed(workDir, root);
        }

        var asking = new[]
        {
            git.CompareAsync(workDir, options.Value.LaunchTimeout, GitStatus.Arguments("normal"), cancellationToken),
            git.RunAsync(workDir, options.Value.LaunchTimeout, GitReference.Arguments(MaxBranches + 1, GitReference.Heads, GitReference.Remotes), cancellationToken),
            git.RunAsync(workDir, options.Value.LaunchTimeout, GitWorktree.Arguments, cancellationToken),
        };
        var answers = await Task.WhenAll(asking);
        return Array.Find(answers, answer => !answer.Succeeded) is { } failed
            ? Failed(workDir, failed)
            : Describe(workDir, root.Line, GitStatus.Parse(answers[0]), GitReference.Parse(answers[1]), GitWorktree.Parse(answers[2], root.Line));
    }

    /// <summary>Whether git says that there is no work tree: neither a failure nor a repository without files is one.</summary>
    public static bool IsNoWorkTree(GitAnswer answer) =>
        answer.Outcome.End == ProgramEnd.Exited
        && (answer.Outcome.Error.Contains("not a git repository", StringComparison.Ordinal)
            || answer.Outcome.Error.Contains("must be run in a work tree", StringComparison.Ordinal));

    private static RepositoryContext Failed(string workDir, GitAnswer answer) =>
        new(RepositoryContext.Failed, workDir) { Error = answer.Problem };

    private static RepositoryContext Describe(
        string workDir, string root, GitStatus status, List<GitReference> references, List<GitWorktree> worktrees)
    {
        // A bare repository has no main work tree; the one that we are in stands for it.
        var main = worktrees is [{ IsBare: false } first, ..] ? first.Path : root;
        var branches = Branches(status, references.Take(MaxBranches), worktrees);
        return new RepositoryContext(RepositoryContext.Ok, workDir)
        {
            RepoRoot = root,
            MainRoot = main,
            RepoName = Path.GetFileName(Path.TrimEndingDirectorySeparator(main)),
            CurrentBranch = status.Branch,
            DefaultBranch = DefaultBranch(references, branches) ?? status.Branch,
            HeadCommit = status.Commit,
            Dirty = status.Changes.Count > 0,
            Branches = branches,
            Worktrees = [.. worktrees.Where(tree => !tree.IsBare).Select(tree => new RepositoryWorktree(tree.Path, tree.Branch, tree.Path == root))],
            Truncated = references.Count > MaxBranches ? true : null,
        };
    }

    private static List<RepositoryBranch> Branches(GitStatus status, IEnumerable<GitReference> references, List<GitWorktree> worktrees)
    {
        var whole = references.Where(reference => reference.Target is null).ToList();
        // The branch that is checked out is named whatever its age.
        if (status is { Branch: { } current, Commit: { } commit } && !whole.Exists(reference => reference.IsLocal && reference.Name == current))
        {
            whole.Insert(0, new GitReference(GitReference.Heads + current, commit, null));
        }

        return
        [
            .. whole.GroupBy(reference => reference.Name, StringComparer.Ordinal).Select(same =>
            {
                var local = same.FirstOrDefault(reference => reference.IsLocal);
                var remote = same.Where(reference => !reference.IsLocal)
                    .OrderByDescending(reference => reference.RemoteName.StartsWith("origin/", StringComparison.Ordinal))
                    .FirstOrDefault();
                var tree = local is null ? null : worktrees.Find(tree => tree.Branch == same.Key);
                return new RepositoryBranch(
                    same.Key, status.Branch == same.Key, local is not null, remote is not null, remote?.RemoteName, tree is not null, tree?.Path,
                    (local ?? remote)?.Commit);
            }),
        ];
    }

    private static string? DefaultBranch(List<GitReference> references, List<RepositoryBranch> branches) =>
        references.Find(reference => reference is { IsLocal: false, RemoteName: "origin/HEAD", Target: not null })?.Target is { } target
        && target.StartsWith(GitReference.Remotes + "origin/", StringComparison.Ordinal)
            ? target[(GitReference.Remotes + "origin/").Length..]
            : branches.Find(branch => branch.Name == "main")?.Name ?? branches.Find(branch => branch.Name == "master")?.Name;
}
