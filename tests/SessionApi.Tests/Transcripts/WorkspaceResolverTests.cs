using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class WorkspaceResolverTests
{
    [Fact]
    public async Task Resolve_InsideARepository_NamesItsRoot()
    {
        using var home = new TranscriptHome();
        Directory.CreateDirectory(Path.Combine(home.WorkDir, ".git"));
        var inside = Directory.CreateDirectory(Path.Combine(home.WorkDir, "src", "deep")).FullName;

        Assert.Equal(new Workspace(home.WorkDir, true, "available"), await Resolver().ResolveAsync(Key(inside)));
    }

    [Fact]
    public async Task Resolve_GitWorktree_NamesTheMainRepository()
    {
        using var home = new TranscriptHome();
        Directory.CreateDirectory(Path.Combine(home.WorkDir, ".git", "worktrees", "x"));
        var worktree = Directory.CreateDirectory(Path.Combine(home.Base, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(worktree, ".git"), $"gitdir: {home.WorkDir}/.git/worktrees/x\n");

        Assert.Equal(home.WorkDir, (await Resolver().ResolveAsync(Key(worktree))).ProjectRoot);
    }

    [Fact]
    public async Task Resolve_WorktreeThatWasRemoved_SaysSo()
    {
        using var home = new TranscriptHome();
        var worktree = Path.Combine(home.WorkDir, ".claude", "worktrees", "x");

        Assert.Equal(
            new Workspace(home.WorkDir, false, "worktree_removed"),
            await Resolver().ResolveAsync(Key(worktree)));
    }

    [Fact]
    public async Task Refresh_DirectoryThatNoSessionNames_IsForgotten()
    {
        using var home = new TranscriptHome();
        var workspaces = Resolver();
        await workspaces.ResolveAsync(Key(home.WorkDir));
        Assert.Equal(1, workspaces.Count);

        await workspaces.RefreshAsync(() => new HashSet<WorkspaceKey>());

        Assert.Equal(0, workspaces.Count);
    }

    private static WorkspaceKey Key(string workDir) => new(workDir, null, null, null);

    private static WorkspaceResolver Resolver() => new(new WorkspaceLooks(WorkspaceLook.At, TimeProvider.System), TimeProvider.System);
}
