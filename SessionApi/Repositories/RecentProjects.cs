using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Repositories;

/// <summary>The folders that sessions worked in, those first in which a conversation went on last.</summary>
internal sealed class RecentProjects(SessionCatalog catalog, FileReads files)
{
    public const int DefaultLimit = 10;
    public const int MaxLimit = 500;

    /// <summary>
    /// Computed from the rows in memory each time, so that it is never older than the session list. What git has to say is read from its files, for
    /// the folders in the answer only.
    /// </summary>
    public async Task<RecentProjectList> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        var view = await catalog.ReadAsync(cancellationToken);
        // Newest first, so the first row of a project is its newest. What is gone cannot be chosen.
        var projects = view.Snapshot.Rows
            .Where(row => row.Workspace.State != "missing")
            .GroupBy(row => row.Workspace.ProjectRoot ?? row.WorkspaceKey.WorkDir, StringComparer.Ordinal)
            .Take(limit)
            .Select(project => (Path: project.Key, Newest: project.First(), Count: project.Count()))
            .ToList();
        return await files.RunAsync(
            token => new RecentProjectList(
            [
                .. projects.Select(project =>
                {
                    token.ThrowIfCancellationRequested();
                    return Describe(project.Path, project.Newest, project.Count);
                }),
            ]),
            cancellationToken);
    }

    private static RecentProject Describe(string path, SessionRow newest, int count)
    {
        var root = GitRoot.Of(path);
        return new RecentProject(
            newest.ProjectName,
            path,
            Name(path),
            root is not null,
            root is null ? null : Name(root),
            root is null ? null : GitHead.BranchOf(root),
            newest.ModifiedAt,
            count);
    }

    private static string Name(string path) => Path.GetFileName(Path.TrimEndingDirectorySeparator(path)) is { Length: > 0 } name ? name : path;
}

/// <param name="Projects">Newest first.</param>
internal sealed record RecentProjectList(IReadOnlyList<RecentProject> Projects);

/// <param name="ProjectPath">The name of the project directory with its newest transcript.</param>
/// <param name="RealPath">The folder.</param>
/// <param name="ProjectName">The folder's name.</param>
/// <param name="IsGit">Whether it is in a git repository.</param>
/// <param name="RepoName">The name of the repository's folder.</param>
/// <param name="Branch">The branch that is checked out; null for none.</param>
/// <param name="ModifiedAt">When a conversation last went on there.</param>
/// <param name="SessionCount">How many sessions it has.</param>
internal sealed record RecentProject(
    string ProjectPath, string RealPath, string ProjectName, bool IsGit, string? RepoName, string? Branch, string ModifiedAt, int SessionCount);
