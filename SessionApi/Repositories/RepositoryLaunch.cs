using System.Text.Json;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Git;

namespace Sidecar.SessionApi.Repositories;

/// <summary>Where a session works in its repository, as its transcript records it.</summary>
/// <param name="RepoRoot">The root of the main work tree.</param>
/// <param name="RepoName">The name of its folder.</param>
/// <param name="Branch">The branch that was asked for, or was current then; null for none.</param>
/// <param name="Worktree">Whether the session has a worktree of its own; the rest is about that.</param>
internal sealed record RepositoryMeta(string? RepoRoot, string? RepoName, string? Branch, bool Worktree)
{
    public string? WorktreePath { get; init; }

    public string? WorktreeSlug { get; init; }

    public string? WorktreeBranch { get; init; }

    /// <summary>The commit that it began at.</summary>
    public string? BaseRef { get; init; }

    /// <summary>The folder that the person had chosen.</summary>
    public string? SourceWorkDir { get; init; }
}

/// <summary>A place that is ready for a session.</summary>
/// <param name="WorkDir">The session's working directory.</param>
/// <param name="Meta">What is recorded.</param>
internal sealed record RepositoryPlace(string WorkDir, RepositoryMeta Meta)
{
    /// <summary>The value of <c>session-meta.repository</c>.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(Meta, RepositoryJson.Default.RepositoryMeta);
}

/// <summary>Prepares the repository for a session before the session exists: on a branch, or in a worktree of its own.</summary>
internal sealed class RepositoryLaunch(
    RepositoryReader reader, RepositoryWorktrees worktrees, RepositoryBranches branches, GitRunner git, IOptions<GitOptions> options)
{
    /// <summary>Makes the place.</summary>
    /// <exception cref="ApiErrorException">It cannot be made; the code says why, and nothing has changed.</exception>
    public async Task<RepositoryPlace> PrepareAsync(string workDir, RepositoryWish wish, CancellationToken cancellationToken)
    {
        var context = await reader.ReadAsync(workDir, cancellationToken);
        RepositoryBranches.Require(context);
        if (wish.Branch is { } asked)
        {
            RepositoryBranches.RequireName("repository.branch", asked);
        }

        if (wish.Worktree)
        {
            return await worktrees.CreateAsync(context, wish.Branch, cancellationToken);
        }

        var branch = wish.Branch ?? context.CurrentBranch;
        if (branch is not null && branch != context.CurrentBranch)
        {
            branch = await SwitchAsync(context, branch, cancellationToken);
        }

        return new RepositoryPlace(context.WorkDir, new RepositoryMeta(context.MainRoot, context.RepoName, branch, Worktree: false));
    }

    /// <summary>Undoes what <see cref="PrepareAsync"/> made new, for a session that could not be created after all.</summary>
    public Task UndoAsync(RepositoryPlace place) => place.Meta is { WorktreePath: { } path, WorktreeBranch: { } branch, RepoRoot: { } root }
        ? worktrees.RemoveAsync(root, path, branch)
        : Task.CompletedTask;

    private async Task<string> SwitchAsync(RepositoryContext context, string name, CancellationToken cancellationToken)
    {
        var found = await branches.FindAsync(context, name, cancellationToken);
        if (found.Name == context.CurrentBranch)
        {
            return found.Name; // it was named with its remote
        }

        if (context.Worktrees.FirstOrDefault(tree => !tree.Current && tree.Branch == found.Name) is { } other)
        {
            throw RepositoryBranches.Refusal(RepositoryErrors.BranchCheckedOut, $"{found.Name} is checked out in another worktree: {other.Path}");
        }

        if (context.Dirty)
        {
            throw RepositoryBranches.Refusal(
                RepositoryErrors.DirtyWorktree,
                $"{context.RepoRoot} has changes that are not committed; commit or stash them, or start the session in a worktree of its own");
        }

        string[] command = found.IsLocal
            ? ["switch", "--quiet", "--no-guess", found.Name]
            : ["switch", "--quiet", "--no-guess", "--create", found.Name, "--track", found.FullName];
        var answer = await git.RunAsync(context.WorkDir, options.Value.LaunchTimeout, command, cancellationToken);
        return answer.Succeeded
            ? found.Name
            : throw RepositoryBranches.Refusal(RepositoryErrors.SwitchFailed, $"{context.RepoRoot} could not be switched to {found.Name}: {answer.Problem}");
    }
}
