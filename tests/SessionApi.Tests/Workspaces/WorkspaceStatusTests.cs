using System.Text.Json;
using Sidecar.Tests.SessionApi.Git;

namespace Sidecar.Tests.SessionApi.Workspaces;

public sealed class WorkspaceStatusTests
{
    [Fact]
    public async Task Status_EveryKindOfChange_IsNamed()
    {
        await using var server = new WorkspaceServer();
        server.Repository.Write("gone.txt", "1\n2\n");
        server.Repository.Write("old name.txt", "a\nb\nc\nd\n");
        server.Repository.Commit("more");
        server.Repository.Write("readme.txt", "one\nthree\nfour\n");
        File.Delete(Path.Combine(server.Repository.Path, "gone.txt"));
        server.Repository.Git("mv", "old name.txt", "new\nname.txt");
        server.Repository.Write("staged.txt", "s\n");
        server.Repository.Git("add", "staged.txt");
        server.Repository.Write("folder/-x größe", "u1\nu2");
        server.Repository.Write("binary", "\0\0\n");

        var status = await server.GetAsync("status");

        Assert.Equal("ok", status.GetProperty("state").GetString());
        Assert.Equal(server.Repository.Path, status.GetProperty("workDir").GetString());
        Assert.Equal("main", status.GetProperty("branch").GetString());
        Assert.Equal("app", status.GetProperty("repoName").GetString());
        Assert.True(status.GetProperty("isGitRepo").GetBoolean());
        Assert.Equal(
            [
                "binary untracked +0 -0",
                "folder/-x größe untracked +2 -0",
                "gone.txt deleted +0 -2",
                "new\nname.txt renamed +0 -0 from old name.txt staged",
                "readme.txt modified +2 -1",
                "staged.txt added +1 -0 staged",
            ],
            Changes(status));
    }

    [Fact]
    public async Task Status_RepositoryWithoutCommits_ComparesWithNothing()
    {
        using var empty = new TestRepository(hasCommit: false);
        empty.Write("a.txt", "1\n");
        empty.Git("add", "a.txt");
        empty.Write("b.txt", "1\n2\n");
        await using var server = new WorkspaceServer { WorkDir = empty.Path };

        Assert.Equal(["a.txt added +1 -0 staged", "b.txt untracked +2 -0"], Changes(await server.GetAsync("status")));
        Assert.Contains("+1", (await server.GetAsync("diff", ("path", "a.txt"))).GetProperty("diff").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_InASubfolder_IsAboutIt()
    {
        using var repository = new TestRepository();
        repository.Write("sub/a.txt", "1\n");
        repository.Commit("sub");
        repository.Write("sub/a.txt", "2\n");
        repository.Write("readme.txt", "outside\n");
        await using var server = new WorkspaceServer { WorkDir = Path.Combine(repository.Path, "sub") };

        Assert.Equal(["a.txt modified +1 -1"], Changes(await server.GetAsync("status")));
        Assert.Contains("-1\n+2", (await server.GetAsync("diff", ("path", "a.txt"))).GetProperty("diff").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_OpenMerge_IsConflicted()
    {
        await using var server = new WorkspaceServer();
        server.Repository.Git("switch", "--quiet", "--create", "other");
        server.Repository.Write("readme.txt", "theirs\n");
        server.Repository.Commit("theirs");
        server.Repository.Git("switch", "--quiet", "main");
        server.Repository.Write("readme.txt", "ours\n");
        server.Repository.Commit("ours");
        Assert.Throws<InvalidOperationException>(() => server.Repository.Git("merge", "--quiet", "other"));

        var change = Assert.Single((await server.GetAsync("status")).GetProperty("changedFiles").EnumerateArray());

        Assert.True(change.GetProperty("conflicted").GetBoolean());
        Assert.Equal("modified", change.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Status_NoRepository_IsNone()
    {
        using var folder = new Sidecar.Tests.TestSupport.TemporaryFolder();
        await using var server = new WorkspaceServer { WorkDir = folder.Path };

        var status = await server.GetAsync("status");

        Assert.Equal("not_git_repo", status.GetProperty("state").GetString());
        Assert.False(status.GetProperty("isGitRepo").GetBoolean());
        Assert.Equal(0, status.GetProperty("changedFiles").GetArrayLength());
        Assert.Equal("not_git_repo", (await server.GetAsync("diff", ("path", "a.txt"))).GetProperty("state").GetString());
    }

    [Fact]
    public async Task AnyResource_WorkDirIsGone_SaysSo()
    {
        using var folder = new Sidecar.Tests.TestSupport.TemporaryFolder();
        var gone = folder.CreateFolder("gone");
        await using var server = new WorkspaceServer { WorkDir = gone };
        await server.GetAsync("status");
        Directory.Delete(gone);

        Assert.Equal("missing_workdir", (await server.GetAsync("status")).GetProperty("state").GetString());
        Assert.Equal("missing", (await server.GetAsync("tree")).GetProperty("state").GetString());
        Assert.Equal("missing", (await server.GetAsync("file", ("path", "a"))).GetProperty("state").GetString());
        Assert.Equal("missing", (await server.GetAsync("diff", ("path", "a"))).GetProperty("state").GetString());
        Assert.Equal("missing", (await server.GetAsync("search", ("query", "a"))).GetProperty("state").GetString());
    }

    [Fact]
    public async Task Status_GitHangs_IsAnErrorWithinTheDeadline()
    {
        using var program = new ScriptedProgram("exec sleep 60");
        await using var server = new WorkspaceServer(("Sidecar:Git:Command", program.Path), ("Sidecar:Git:WorkspaceTimeout", "00:00:00.300"));

        var status = await server.GetAsync("status");

        Assert.Equal("error", status.GetProperty("state").GetString());
        Assert.Contains("in time", status.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(program.Processes());
    }

    private static IEnumerable<string> Changes(JsonElement status) => status.GetProperty("changedFiles").EnumerateArray()
        .Select(change =>
            $"{change.GetProperty("path").GetString()} {change.GetProperty("status").GetString()} +{change.GetProperty("additions")} -{change.GetProperty("deletions")}"
            + (change.TryGetProperty("oldPath", out var old) ? $" from {old.GetString()}" : "")
            + (change.GetProperty("staged").GetBoolean() ? " staged" : ""))
        .Order(StringComparer.Ordinal);
}
