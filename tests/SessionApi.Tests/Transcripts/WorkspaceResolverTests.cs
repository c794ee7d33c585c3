using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class WorkspaceResolverTests
{
    [Fact]
    public void Resolve_InsideARepository_NamesItsRoot()
    {
        using var home = new TranscriptHome();
        Directory.CreateDirectory(Path.Combine(home.WorkDir, ".git"));
        var inside = Directory.CreateDirectory(Path.Combine(home.WorkDir, "src", "deep")).FullName;

        Assert.Equal(new Workspace(home.WorkDir, true, "available"), new WorkspaceResolver().Resolve(new WorkspaceKey(inside, null, null, null)));
    }

    [Fact]
    public void Resolve_GitWorktree_NamesTheMainRepository()
    {
        using var home = new TranscriptHome();
        Directory.CreateDirectory(Path.Combine(home.WorkDir, ".git", "worktrees", "x"));
        var worktree = Directory.CreateDirectory(Path.Combine(home.Base, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(worktree, ".git"), $"gitdir: {home.WorkDir}/.git/worktrees/x\n");

        Assert.Equal(home.WorkDir, new WorkspaceResolver().Resolve(new WorkspaceKey(worktree, null, null, null)).ProjectRoot);
    }

    [Fact]
    public void Resolve_WorktreeThatWasRemoved_SaysSo()
    {
        using var home = new TranscriptHome();
        var worktree = Path.Combine(home.WorkDir, ".claude", "worktrees", "x");

        Assert.Equal(
            new Workspace(home.WorkDir, false, "worktree_removed"),
            new WorkspaceResolver().Resolve(new WorkspaceKey(worktree, null, null, null)));
    }

    [Fact]
    public void Refresh_DirectoryThatNoSessionNames_IsForgotten()
    {
        using var home = new TranscriptHome();
        var workspaces = new WorkspaceResolver();
        workspaces.Resolve(new WorkspaceKey(home.WorkDir, null, null, null));
        Assert.Equal(1, workspaces.Count);

        workspaces.Refresh(new HashSet<WorkspaceKey>());

        Assert.Equal(0, workspaces.Count);
    }
}
