using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.Git;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Repositories;

/// <summary>What git says of a session's working directory now.</summary>
/// <param name="Branch">The branch that it is on; null for none. The same as <see cref="RepositoryContext.CurrentBranch"/> of that directory.</param>
/// <param name="RepoName">The name of the main work tree's folder; null outside a repository.</param>
/// <param name="WorkDir">The session's working directory.</param>
/// <param name="ChangedFiles">How many paths are changed; an untracked folder is one.</param>
/// <param name="Worktree">The worktree that the session works in; null when it is none of its own.</param>
internal sealed record SessionGitInfo(string? Branch, string? RepoName, string WorkDir, int ChangedFiles, SessionWorktree? Worktree);

/// <param name="Enabled">Always true.</param>
/// <param name="Path">Its folder; null when it is gone.</param>
/// <param name="PlannedPath">Where it is or was.</param>
/// <param name="SourceWorkDir">The folder of the repository that it was made from.</param>
/// <param name="Slug">The name of its folder.</param>
/// <param name="Branch">The branch that it is on; the one that it began on when it is gone.</param>
internal sealed record SessionWorktree(bool Enabled, string? Path, string PlannedPath, string? SourceWorkDir, string Slug, string? Branch);

/// <summary>Asks git for it. A git that fails or is slow makes the answer poorer, not an error: clients ask after every turn.</summary>
internal sealed class SessionGitInfoReader(GitRunner git, FileReads files, IOptions<GitOptions> options)
{
    private const string WorktreeMarker = "/" + GitStatus.WorktreesFolder + "/";

    public async Task<SessionGitInfo> ReadAsync(SessionRow session, CancellationToken cancellationToken)
    {
        var workDir = session.WorkspaceKey.WorkDir;
        var (exists, root) = await files.RunAsync(_ => Look(workDir), cancellationToken);
        var status = exists && root is not null ? await StatusAsync(workDir, cancellationToken) : null;
        return new SessionGitInfo(
            status?.Branch,
            root is null ? null : Path.GetFileName(root),
            workDir,
            status?.Changes.Count ?? 0,
            WorktreeOf(session.WorkspaceKey, exists, status));
    }

    private static (bool Exists, string? Root) Look(string workDir) => Path.IsPathFullyQualified(workDir) && Directory.Exists(workDir)
        ? (true, GitRoot.Of(RealPath.Resolve(workDir)))
        : default;

    private async Task<GitStatus?> StatusAsync(string workDir, CancellationToken cancellationToken)
    {
        var answer = await git.CompareAsync(workDir, options.Value.InfoTimeout, GitStatus.Arguments("normal"), cancellationToken);
        return answer.Succeeded ? GitStatus.Parse(answer) : null;
    }

    // /repo/.claude/worktrees/slug/sub → /repo/.claude/worktrees/slug
    private static SessionWorktree? WorktreeOf(WorkspaceKey key, bool exists, GitStatus? status)
    {
        var path = key.WorktreePath ?? key.WorkDir;
        var marker = path.Replace('\\', '/').IndexOf(WorktreeMarker, StringComparison.Ordinal);
        if (marker <= 0)
        {
            return null;
        }

        var start = marker + WorktreeMarker.Length;
        var end = path.AsSpan(start).IndexOfAny('/', '\\');
        path = end < 0 ? path : path[..(start + end)];
        var slug = path[start..];
        return slug.Length == 0
            ? null
            : new SessionWorktree(true, exists ? path : null, path, key.WorktreeOriginalCwd ?? key.RepositoryRoot ?? path[..marker], slug, status is null ? $"worktree-{slug}" : status.Branch);
    }
}
