namespace Sidecar.SessionApi.Transcripts;

/// <summary>What the transcript says about where its session works.</summary>
internal readonly record struct WorkspaceKey(string WorkDir, string? RepositoryRoot, string? WorktreeOriginalCwd, string? WorktreePath);

/// <summary>What the file system says about it.</summary>
/// <param name="ProjectRoot">The directory that sessions of one project share.</param>
/// <param name="WorkDirExists">Whether the working directory is there.</param>
/// <param name="State"><c>available</c>, <c>worktree_removed</c> or <c>missing</c>.</param>
internal sealed record Workspace(string? ProjectRoot, bool WorkDirExists, string State);
