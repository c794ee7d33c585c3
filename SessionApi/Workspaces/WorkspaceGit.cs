using Microsoft.Extensions.Options;
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

    /// <summary>The changes since the last commit.</summary>
    public async Task<WorkspaceStatus> StatusAsync(string workDir, CancellationToken cancellationToken)
    {
        var answer = await git.CompareAsync(workDir, options.Value.WorkspaceTimeout, GitStatus.ArgumentsHere("all"), cancellationToken);
        if (!answer.Succeeded)
        {
            return RepositoryReader.IsNoWorkTree(answer)
                ? new WorkspaceStatus(WorkspaceState.NotGitRepo, workDir)
                : new WorkspaceStatus(WorkspaceState.Error, workDir) { Error = answer.Problem };
        }

        var status = GitStatus.Parse(answer);
        var place = await PlaceAsync(workDir, status, cancellationToken);
        var lines = await LinesAsync(place, cancellationToken);
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
    public async Task<WorkspaceDiff> DiffAsync(WorkspacePath path, CancellationToken cancellationToken)
    {
        var literal = path.Relative is { Length: > 0 } relative ? relative : ".";
        var answer = await git.CompareAsync(path.Root, options.Value.WorkspaceTimeout, GitStatus.ArgumentsOf(literal), cancellationToken);
        if (!answer.Succeeded)
        {
            return RepositoryReader.IsNoWorkTree(answer)
                ? new WorkspaceDiff(WorkspaceState.NotGitRepo, path.Relative)
                : new WorkspaceDiff(WorkspaceState.Error, path.Relative) { Error = answer.Problem };
        }

        var status = GitStatus.Parse(answer);
        var isFile = File.Exists(path.Full);
        if (status.Changes.Count == 0)
        {
            return isFile || Directory.Exists(path.Full)
                ? new WorkspaceDiff(WorkspaceState.Ok, path.Relative) { Diff = "" }
                : new WorkspaceDiff(WorkspaceState.Missing, path.Relative);
        }

        // What git does not know is compared with nothing, which ends with 1 for "they differ".
        var isUntracked = isFile && status.Changes is [{ IsUntracked: true }];
        var diff = isUntracked
            ? await git.CompareAsync(
                path.Root, options.Value.WorkspaceTimeout, [.. DiffCommand, "--no-index", "--", "/dev/null", "./" + literal], cancellationToken)
            : await git.CompareAsync(
                path.Root,
                options.Value.WorkspaceTimeout,
                [.. DiffCommand, await BaseAsync(path.Root, status, cancellationToken), "--", $":(literal){literal}"],
                cancellationToken);
        return diff.Succeeded || (isUntracked && diff.Outcome is { ExitCode: 1, Error: "" })
            ? new WorkspaceDiff(WorkspaceState.Ok, path.Relative) { Diff = diff.Text, Truncated = diff.IsCut ? true : null }
            : new WorkspaceDiff(WorkspaceState.Error, path.Relative) { Error = diff.Problem };
    }

    // Before the first commit everything is compared with an empty tree, whose name depends on the repository's kind of hash.
    private async Task<string> BaseAsync(string directory, GitStatus status, CancellationToken cancellationToken) => status.Commit
        ?? (await git.RunAsync(directory, options.Value.WorkspaceTimeout, ["hash-object", "-t", "tree", "--stdin"], cancellationToken)).Line;

    private async Task<Place> PlaceAsync(string workDir, GitStatus status, CancellationToken cancellationToken)
    {
        var root = await git.RunAsync(workDir, options.Value.WorkspaceTimeout, ["rev-parse", "--show-toplevel"], cancellationToken);
        var top = root.Succeeded ? root.Line : workDir;
        var main = await files.RunAsync(_ => Transcripts.GitRoot.Of(top), cancellationToken) ?? top;
        var below = Path.GetRelativePath(top, workDir) is var relative && relative == "." ? "" : relative.Replace(Path.DirectorySeparatorChar, '/') + "/";
        return new Place(workDir, top, Path.GetFileName(main), below, await BaseAsync(workDir, status, cancellationToken));
    }

    // added TAB deleted TAB path NUL; of a rename the path is empty and old and new path follow, each with its NUL. A binary file has hyphens.
    private async Task<Dictionary<string, (int Added, int Deleted)>> LinesAsync(Place place, CancellationToken cancellationToken)
    {
        var answer = await git.CompareAsync(
            place.WorkDir, options.Value.WorkspaceTimeout, [.. DiffCommand, "--numstat", "-z", place.Base, "--", "."], cancellationToken);
        var lines = new Dictionary<string, (int, int)>(StringComparer.Ordinal);
        using var records = answer.Records.GetEnumerator();
        while (records.MoveNext())
        {
            if (records.Current.Split('\t', 3) is not [var added, var deleted, var path]
                || (path.Length == 0 && !(records.MoveNext() && records.MoveNext())))
            {
                break;
            }

            lines[path.Length == 0 ? records.Current : path] =
                (int.TryParse(added, out var plus) ? plus : 0, int.TryParse(deleted, out var minus) ? minus : 0);
        }

        return lines;
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

    /// <param name="WorkDir">The working directory.</param>
    /// <param name="Root">The root of its work tree, where git's paths begin.</param>
    /// <param name="RepoName">The name of the main work tree's folder.</param>
    /// <param name="Below">The way from the root to the working directory, with a slash at its end.</param>
    /// <param name="Base">What is compared with.</param>
    private sealed record Place(string WorkDir, string Root, string? RepoName, string Below, string Base)
    {
        // An old path may lie outside the working directory.
        public string FromHere(string path) => path.StartsWith(Below, StringComparison.Ordinal)
            ? path[Below.Length..]
            : Path.GetRelativePath("/" + Below, "/" + path);
    }
}
