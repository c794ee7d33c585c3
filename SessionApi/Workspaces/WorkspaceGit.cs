using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.Git;
using Sidecar.SessionApi.Repositories;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>What git knows of a workspace: its changes and its diffs.</summary>
internal sealed class WorkspaceGit(GitRunner git, FileReads files, IOptions<GitOptions> options)
{
    /// <summary>More changed files are of no use in a panel.</summary>
    public const int MaxChanges = 1000;

    private static readonly string[] DiffCommand =
        ["diff", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--ignore-submodules=dirty"];

    private TimeSpan Deadline => options.Value.WorkspaceTimeout;

    /// <summary>The changes since the last commit.</summary>
    public async Task<WorkspaceStatus> StatusAsync(string workDir, CancellationToken cancellationToken)
    {
        var placing = PlaceAsync(workDir, cancellationToken);
        var (answer, counts) = await BothAsync(
            workDir, GitStatus.ArgumentsHere("all"), start => [.. DiffCommand, "--numstat", "-z", start, "--", "."], cancellationToken);
        var place = await placing;
        if (!answer.Succeeded)
        {
            return RepositoryReader.IsNoWorkTree(answer)
                ? new WorkspaceStatus(WorkspaceState.NotGitRepo, workDir)
                : new WorkspaceStatus(WorkspaceState.Error, workDir) { Error = answer.Problem };
        }

        var status = GitStatus.Parse(answer);
        var lines = ChangedLines.Parse(counts);
        var changes = status.Changes.Take(MaxChanges).ToList();
        var untracked = await files.RunAsync(
            token => new UntrackedLines(token).Count(changes.Where(change => change.IsUntracked).Select(change => change.Path), place.Root), cancellationToken);
        return new WorkspaceStatus(WorkspaceState.Ok, workDir)
        {
            RepoName = place.RepoName,
            Branch = status.Branch,
            IsGitRepo = true,
            ChangedFiles = [.. changes.Select(change => Describe(change, place, lines, untracked))],
            Truncated = status.IsCut || status.Changes.Count > MaxChanges ? true : null,
        };
    }

    /// <summary>The diff of a file or folder against the last commit; of a file that git does not know, against nothing.</summary>
    public async Task<WorkspaceDiff> DiffAsync(ContainedPath path, CancellationToken cancellationToken)
    {
        var literal = path.Relative is { Length: > 0 } relative ? relative : ".";
        var (answer, diff) = await BothAsync(
            path.Root, GitStatus.ArgumentsOf(literal), start => [.. DiffCommand, start, "--", $":(literal){literal}"], cancellationToken);
        if (!answer.Succeeded)
        {
            return RepositoryReader.IsNoWorkTree(answer)
                ? new WorkspaceDiff(WorkspaceState.NotGitRepo, path.Relative)
                : new WorkspaceDiff(WorkspaceState.Error, path.Relative) { Error = answer.Problem };
        }

        var changes = GitStatus.Parse(answer).Changes;
        var (isFile, exists) = await files.RunAsync(_ => (File.Exists(path.Full), Path.Exists(path.Full)), cancellationToken);
        if (changes.Count == 0)
        {
            return exists
                ? new WorkspaceDiff(WorkspaceState.Ok, path.Relative) { Diff = "" }
                : new WorkspaceDiff(WorkspaceState.Missing, path.Relative);
        }

        // What git does not know is compared with nothing, which ends with 1 for "they differ".
        var isUntracked = isFile && changes is [{ IsUntracked: true }];
        if (isUntracked)
        {
            diff = await git.CompareAsync(path.Root, Deadline, [.. DiffCommand, "--no-index", "--", "/dev/null", "./" + literal], cancellationToken);
        }

        return diff.Succeeded || (isUntracked && diff.Outcome is { ExitCode: 1, Error: "" })
            ? new WorkspaceDiff(WorkspaceState.Ok, path.Relative) { Diff = diff.Text, Truncated = diff.IsCut ? true : null }
            : new WorkspaceDiff(WorkspaceState.Error, path.Relative) { Error = diff.Problem };
    }

    /// <summary>Asks for the status and for a comparison with the last commit at once.</summary>
    private async Task<(GitAnswer Status, GitAnswer Comparison)> BothAsync(
        string directory, string[] status, Func<string, string[]> comparison, CancellationToken cancellationToken)
    {
        var answers = await git.CompareAllAsync(directory, Deadline, [status, comparison("HEAD")], cancellationToken);
        if (!answers[0].Succeeded || GitStatus.Parse(answers[0]).Commit is not null)
        {
            return (answers[0], answers[1]);
        }

        // Before the first commit everything is compared with an empty tree, whose name depends on the repository's kind of hash.
        var empty = await git.RunAsync(directory, Deadline, ["hash-object", "-t", "tree", "--stdin"], cancellationToken);
        return (answers[0], empty.Succeeded ? await git.CompareAsync(directory, Deadline, comparison(empty.Line), cancellationToken) : empty);
    }

    private async Task<Place> PlaceAsync(string workDir, CancellationToken cancellationToken)
    {
        var root = await git.RunAsync(workDir, Deadline, ["rev-parse", "--show-toplevel"], cancellationToken);
        var top = root.Succeeded ? root.Line : workDir;
        var main = await files.RunAsync(_ => Transcripts.GitRoot.Of(top), cancellationToken) ?? top;
        var below = Path.GetRelativePath(top, workDir) is var relative && relative == "." ? "" : relative.Replace(Path.DirectorySeparatorChar, '/') + "/";
        return new Place(top, Path.GetFileName(main), below);
    }

    private static WorkspaceChange Describe(
        GitChange change, Place place, Dictionary<string, (int Added, int Deleted)> lines, Dictionary<string, int> untracked)
    {
        var (added, deleted) = lines.GetValueOrDefault(change.Path);
        return new WorkspaceChange(
            place.FromHere(change.Path),
            change.OldPath is null ? null : place.FromHere(change.OldPath),
            StatusOf(change),
            change.IsUntracked ? untracked.GetValueOrDefault(change.Path) : added,
            deleted,
            change is { IsUntracked: false, IsConflicted: false, Index: not '.' },
            change.IsConflicted);
    }

    // Both letters speak of one file: the last commit is compared with what is there now.
    private static string StatusOf(GitChange change) => change switch
    {
        { IsUntracked: true } => "untracked",
        { IsConflicted: true } => "modified",
        { WorkTree: 'D' } or { Index: 'D' } => "deleted",
        { Index: 'R' } or { WorkTree: 'R' } => "renamed",
        { Index: 'C' } or { WorkTree: 'C' } => "copied",
        { Index: 'A' } or { WorkTree: 'A' } => "added",
        { Index: 'T' } or { WorkTree: 'T' } => "type_changed",
        { Index: 'M' } or { WorkTree: 'M' } => "modified",
        _ => "unknown",
    };

    /// <param name="Root">The root of the work tree, where git's paths begin.</param>
    /// <param name="RepoName">The name of the main work tree's folder.</param>
    /// <param name="Below">The way from the root to the working directory, with a slash at its end.</param>
    private sealed record Place(string Root, string? RepoName, string Below)
    {
        // An old path may lie outside the working directory.
        public string FromHere(string path) => path.StartsWith(Below, StringComparison.Ordinal)
            ? path[Below.Length..]
            : Path.GetRelativePath("/" + Below, "/" + path);
    }
}
