using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.Git;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Repositories;

/// <summary>
/// Worktrees for sessions that are to work apart from everything else: <c>&lt;repository&gt;/.claude/worktrees/&lt;slug&gt;</c> on a branch
/// <c>worktree-&lt;slug&gt;</c>, which is where agent CLIs put theirs. Made before the session exists, so that every CLI can work in one, and a
/// failure is told when it is asked for and not with the first message.
/// </summary>
internal sealed class RepositoryWorktrees(RepositoryBranches branches, GitRunner git, FileReads files, IOptions<GitOptions> options)
{
    /// <summary>How the branches of these worktrees begin.</summary>
    public const string BranchPrefix = "worktree-" + SlugPrefix;

    private const string SlugPrefix = "desktop-";
    private const int MaxBranchInSlug = 40;

    /// <summary>Makes one from a branch, or from what is checked out.</summary>
    /// <exception cref="ApiErrorException">It cannot be made; nothing of it is left.</exception>
    public async Task<RepositoryPlace> CreateAsync(RepositoryContext context, string? branch, CancellationToken cancellationToken)
    {
        var from = branch is null || branch == context.CurrentBranch ? null : await branches.FindAsync(context, branch, cancellationToken);
        if ((from?.Commit ?? context.HeadCommit) is not { } commit)
        {
            throw RepositoryBranches.Refusal(RepositoryErrors.NoCommits, $"{context.RepoRoot} has no commits yet");
        }

        var root = context.MainRoot!;
        var name = from?.Name ?? context.CurrentBranch;
        var slug = Slug(name ?? "head");
        var place = new RepositoryMeta(root, context.RepoName, name, Worktree: true)
        {
            WorktreePath = Path.Combine([root, .. GitStatus.WorktreesFolder.Split('/'), slug]),
            WorktreeSlug = slug,
            WorktreeBranch = "worktree-" + slug,
            BaseRef = commit,
            SourceWorkDir = context.WorkDir,
        };
        if (await files.RunAsync(_ => RealPath.Resolve(place.WorktreePath), cancellationToken) != place.WorktreePath)
        {
            throw RepositoryBranches.Refusal(
                RepositoryErrors.WorktreeCreateFailed, $"{GitStatus.WorktreesFolder} in {root} is a link to another place; a worktree must lie in the repository");
        }

        await AddAsync(root, place.WorktreePath, place.WorktreeBranch, commit, cancellationToken);
        return new RepositoryPlace(await files.RunAsync(_ => Same(context, place.WorktreePath), cancellationToken), place);
    }

    /// <summary>Removes a worktree that was just made, and its branch. What cannot be removed stays.</summary>
    public async Task RemoveAsync(string root, string path, string branch)
    {
        await git.RunAsync(root, options.Value.WorktreeTimeout, ["worktree", "remove", "--force", "--force", path], CancellationToken.None);
        await git.RunAsync(root, options.Value.LaunchTimeout, ["branch", "--delete", "--force", branch], CancellationToken.None);
    }

    private async Task AddAsync(string root, string path, string branch, string commit, CancellationToken cancellationToken)
    {
        GitAnswer answer;
        try
        {
            answer = await git.RunAsync(
                root, options.Value.WorktreeTimeout, ["worktree", "add", "--quiet", "--no-track", "-b", branch, path, commit], cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await RemoveAsync(root, path, branch);
            throw;
        }

        if (!answer.Succeeded)
        {
            await RemoveAsync(root, path, branch);
            throw RepositoryBranches.Refusal(RepositoryErrors.WorktreeCreateFailed, $"The worktree {path} could not be made: {answer.Problem}");
        }
    }

    // Who chose a folder in the repository works in the same folder of the worktree.
    private static string Same(RepositoryContext context, string worktree)
    {
        var inside = Path.GetFullPath(Path.GetRelativePath(context.RepoRoot!, context.WorkDir), worktree);
        return Directory.Exists(inside) && RealPath.Resolve(inside) == inside ? inside : worktree;
    }

    // feature/Größe → desktop-feature-gr--e-1f9c03ab: a folder name anywhere, and the part of a branch name.
    private static string Slug(string branch)
    {
        var readable = string.Concat(branch.Take(MaxBranchInSlug).Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-')).Trim('-');
        return $"{SlugPrefix}{(readable.Length > 0 ? readable + "-" : "")}{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    }
}
