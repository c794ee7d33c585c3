using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Git;

namespace Sidecar.SessionApi.Repositories;

/// <summary>Finds and makes branches.</summary>
internal sealed class RepositoryBranches(RepositoryReader reader, GitRunner git, IOptions<GitOptions> options)
{
    // What a name can match: itself, and as many remotes as anybody has.
    private const int MaxMatches = 100;

    /// <summary>Throws the right refusal when a folder is no repository that can be worked with.</summary>
    public static void Require(RepositoryContext context)
    {
        switch (context.State)
        {
            case RepositoryContext.Ok:
                return;
            case RepositoryContext.MissingWorkDir:
                throw Refusal(RepositoryErrors.WorkDirMissing, $"workDir does not exist: {context.WorkDir}");
            case RepositoryContext.NotGitRepo:
                throw Refusal(RepositoryErrors.NotGit, $"workDir is not in the work tree of a git repository: {context.WorkDir}");
            default:
                throw Refusal(RepositoryErrors.ContextError, $"git cannot tell about {context.WorkDir}: {context.Error}");
        }
    }

    /// <summary>Throws when a name cannot be that of a branch.</summary>
    public static void RequireName(string field, string name)
    {
        if (GitBranchName.ProblemOf(name) is { } problem)
        {
            throw Refusal(RepositoryErrors.BranchNameInvalid, $"{field} {problem}: \"{Shown(name)}\"");
        }
    }

    public static ApiErrorException Refusal(string code, string message) => new(ApiError.BadRequest(message, code));

    /// <summary>The branch of a name: the repository's own, else <c>origin</c>'s, else that of another remote, which may also be named with the branch.</summary>
    public async Task<GitReference> FindAsync(RepositoryContext context, string name, CancellationToken cancellationToken)
    {
        if (context.HeadCommit is null && context.Branches.Count == 0)
        {
            throw Refusal(RepositoryErrors.NoCommits, $"{context.RepoRoot} has no commits yet");
        }

        var answer = await git.RunAsync(
            context.WorkDir,
            options.Value.LaunchTimeout,
            GitReference.Arguments(MaxMatches, GitReference.Heads + name, GitReference.Remotes + name, $"{GitReference.Remotes}*/{name}"),
            cancellationToken);
        if (!answer.Succeeded)
        {
            throw Refusal(RepositoryErrors.ContextError, $"git cannot tell about {context.WorkDir}: {answer.Problem}");
        }

        var found = GitReference.Parse(answer)
            .Where(reference => reference.Target is null && (reference.Name == name || (!reference.IsLocal && reference.RemoteName == name)))
            .OrderByDescending(reference => reference.IsLocal)
            .ThenByDescending(reference => !reference.IsLocal && reference.RemoteName.StartsWith("origin/", StringComparison.Ordinal))
            .FirstOrDefault() ?? throw Refusal(RepositoryErrors.BranchNotFound, $"{context.RepoRoot} has no branch {name}");
        // "origin/x" with a branch x of our own: that one follows it already, or shall not be taken its name.
        return !found.IsLocal && found.Name != name && context.Branches.FirstOrDefault(branch => branch.Local && branch.Name == found.Name) is { Commit: { } commit }
            ? new GitReference(GitReference.Heads + found.Name, commit, null)
            : found;
    }

    /// <summary>Makes a branch without switching to it.</summary>
    /// <exception cref="ApiErrorException">It cannot be made; the code says why.</exception>
    public async Task<RepositoryBranchCreated> CreateAsync(string workDir, string name, string? from, CancellationToken cancellationToken)
    {
        RequireName("name", name);
        if (name.StartsWith(RepositoryWorktrees.BranchPrefix, StringComparison.Ordinal))
        {
            throw Refusal(
                RepositoryErrors.BranchNameInvalid, $"name must not begin with {RepositoryWorktrees.BranchPrefix}, which worktrees of sessions have: \"{name}\"");
        }

        var context = await reader.ReadAsync(workDir, cancellationToken);
        Require(context);
        if (from is not null)
        {
            RequireName("from", from);
        }

        var (baseRef, commit) = from is null
            ? (context.CurrentBranch ?? context.HeadCommit, context.HeadCommit)
            : await FindAsync(context, from, cancellationToken) is var found ? (found.IsLocal ? found.Name : found.RemoteName, found.Commit) : default;
        if (commit is null || baseRef is null)
        {
            throw Refusal(RepositoryErrors.NoCommits, $"{context.RepoRoot} has no commits yet");
        }

        var answer = await git.RunAsync(context.WorkDir, options.Value.LaunchTimeout, ["branch", "--no-track", name, commit], cancellationToken);
        if (!answer.Succeeded)
        {
            throw answer.Outcome.Error.Contains("already exists", StringComparison.Ordinal)
                ? Refusal(RepositoryErrors.BranchExists, $"{context.RepoRoot} has a branch {name} already")
                : Refusal(RepositoryErrors.BranchCreateFailed, $"The branch {name} could not be made: {answer.Problem}");
        }

        return new RepositoryBranchCreated(name, baseRef, await reader.ReadAsync(workDir, cancellationToken));
    }

    private static string Shown(string name) => name.Length <= GitBranchName.MaxLength ? name : name[..GitBranchName.MaxLength] + " …";
}

/// <param name="Branch">The new branch.</param>
/// <param name="BaseRef">The branch that it begins at, or the commit when none is checked out.</param>
/// <param name="Context">The repository with it.</param>
internal sealed record RepositoryBranchCreated(string Branch, string BaseRef, RepositoryContext Context);
