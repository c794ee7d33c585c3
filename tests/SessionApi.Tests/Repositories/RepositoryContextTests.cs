using System.Text.Json;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Repositories;

public sealed class RepositoryContextTests : IAsyncDisposable
{
    private readonly SessionServer _server = new();

    [Fact]
    public async Task Context_Repository_NamesItsBranchesAndWorktrees()
    {
        using var repository = new TestRepository();
        repository.Git("branch", "feature/größe");
        repository.Git("worktree", "add", "--quiet", "-b", "other", repository.Beside("new\nline"));
        Directory.CreateDirectory(Path.Combine(repository.Path, "sub"));

        var context = await ReadAsync(Path.Combine(repository.Path, "sub"));

        Assert.Equal("ok", context.GetProperty("state").GetString());
        Assert.Equal(Path.Combine(repository.Path, "sub"), context.GetProperty("workDir").GetString());
        Assert.Equal(repository.Path, context.GetProperty("repoRoot").GetString());
        Assert.Equal("app", context.GetProperty("repoName").GetString());
        Assert.Equal("main", context.GetProperty("currentBranch").GetString());
        Assert.Equal("main", context.GetProperty("defaultBranch").GetString());
        Assert.Equal(repository.Git("rev-parse", "HEAD").Trim(), context.GetProperty("headCommit").GetString());
        Assert.False(context.GetProperty("dirty").GetBoolean());
        Assert.False(context.TryGetProperty("error", out _));
        Assert.Equal(["feature/größe", "main", "other"], context.GetProperty("branches").EnumerateArray().Select(Name).Order(StringComparer.Ordinal));
        var main = context.GetProperty("branches").EnumerateArray().Single(branch => Name(branch) == "main");
        Assert.True(main.GetProperty("current").GetBoolean() && main.GetProperty("local").GetBoolean() && main.GetProperty("checkedOut").GetBoolean());
        Assert.False(main.GetProperty("remote").GetBoolean());
        Assert.Equal(
            [(repository.Path, "main", true), (repository.Beside("new\nline"), "other", false)],
            context.GetProperty("worktrees").EnumerateArray().Select(tree =>
                (tree.GetProperty("path").GetString()!, tree.GetProperty("branch").GetString()!, tree.GetProperty("current").GetBoolean())));
    }

    [Fact]
    public async Task Context_ClonedRepository_KnowsRemoteBranchesAndTheRemotesDefault()
    {
        using var origin = new TestRepository();
        origin.Git("branch", "only-there");
        origin.Git("branch", "trunk");
        origin.Git("symbolic-ref", "HEAD", "refs/heads/trunk");
        var clone = origin.Beside("clone");
        TestRepository.Run("/", "git", "clone", "--quiet", origin.Path, clone);

        var context = await ReadAsync(clone);

        Assert.Equal("trunk", context.GetProperty("defaultBranch").GetString());
        var there = context.GetProperty("branches").EnumerateArray().Single(branch => Name(branch) == "only-there");
        Assert.False(there.GetProperty("local").GetBoolean());
        Assert.Equal("origin/only-there", there.GetProperty("remoteRef").GetString());
        Assert.DoesNotContain(context.GetProperty("branches").EnumerateArray(), branch => Name(branch) == "HEAD");
    }

    [Theory]
    [InlineData("tracked")]
    [InlineData("untracked")]
    public async Task Context_ChangedWorkTree_IsDirty(string kind)
    {
        using var repository = new TestRepository();
        repository.Write(kind == "tracked" ? "readme.txt" : "new.txt", "changed\n");

        Assert.True((await ReadAsync(repository.Path)).GetProperty("dirty").GetBoolean());
    }

    [Fact]
    public async Task Context_WorktreesOfSessions_AreNoChange()
    {
        using var repository = new TestRepository();
        repository.Git("worktree", "add", "--quiet", "-b", "worktree-desktop-x", Path.Combine(repository.Path, ".claude", "worktrees", "desktop-x"));

        Assert.False((await ReadAsync(repository.Path)).GetProperty("dirty").GetBoolean());
    }

    [Fact]
    public async Task Context_RepositoryWithoutCommits_HasABranchAndNoBranches()
    {
        using var repository = new TestRepository(hasCommit: false);

        var context = await ReadAsync(repository.Path);

        Assert.Equal("ok", context.GetProperty("state").GetString());
        Assert.Equal("main", context.GetProperty("currentBranch").GetString());
        Assert.False(context.TryGetProperty("headCommit", out _));
        Assert.Equal(0, context.GetProperty("branches").GetArrayLength());
    }

    [Fact]
    public async Task Context_DetachedHead_HasNoCurrentBranch()
    {
        using var repository = new TestRepository();
        repository.Git("switch", "--quiet", "--detach");

        var context = await ReadAsync(repository.Path);

        Assert.Equal("ok", context.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, context.GetProperty("currentBranch").ValueKind);
        Assert.Equal("main", context.GetProperty("defaultBranch").GetString());
    }

    [Fact]
    public async Task Context_FolderWithoutWorkTree_IsNoRepository()
    {
        using var repository = new TestRepository();
        var bare = repository.Beside("bare.git");
        TestRepository.Run("/", "git", "clone", "--quiet", "--bare", repository.Path, bare);

        foreach (var folder in new[] { bare, Path.Combine(repository.Path, ".git"), _server.Home.WorkDir })
        {
            var context = await ReadAsync(folder);
            Assert.Equal("not_git_repo", context.GetProperty("state").GetString());
            Assert.Equal(JsonValueKind.Null, context.GetProperty("repoRoot").ValueKind);
            Assert.Equal(0, context.GetProperty("branches").GetArrayLength());
            Assert.Equal(0, context.GetProperty("worktrees").GetArrayLength());
        }
    }

    [Fact]
    public async Task Context_WorktreeOfABareRepository_IsOne()
    {
        using var repository = new TestRepository();
        var bare = repository.Beside("bare.git");
        TestRepository.Run("/", "git", "clone", "--quiet", "--bare", repository.Path, bare);
        TestRepository.Run(bare, "git", "worktree", "add", "--quiet", repository.Beside("tree"), "main");

        var context = await ReadAsync(repository.Beside("tree"));

        Assert.Equal("ok", context.GetProperty("state").GetString());
        Assert.Equal("tree", context.GetProperty("repoName").GetString());
        Assert.Equal(repository.Beside("tree"), Assert.Single(context.GetProperty("worktrees").EnumerateArray()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task Context_Submodule_IsARepositoryOfItsOwn()
    {
        using var inner = new TestRepository();
        using var outer = new TestRepository();
        outer.Git("submodule", "--quiet", "add", inner.Path, "inner");
        outer.Commit("submodule");

        var context = await ReadAsync(Path.Combine(outer.Path, "inner"));

        Assert.Equal(Path.Combine(outer.Path, "inner"), context.GetProperty("repoRoot").GetString());
        Assert.Equal("inner", context.GetProperty("repoName").GetString());
        Assert.Equal(Path.Combine(outer.Path, "inner"), Assert.Single(context.GetProperty("worktrees").EnumerateArray()).GetProperty("path").GetString());
        Assert.False((await ReadAsync(outer.Path)).GetProperty("dirty").GetBoolean());
    }

    [Fact]
    public async Task Context_MissingFolder_SaysSo() =>
        Assert.Equal("missing_workdir", (await ReadAsync("/does/not/exist")).GetProperty("state").GetString());

    [Fact]
    public async Task Context_DamagedRepository_IsAnErrorWithItsReason()
    {
        using var repository = new TestRepository();
        File.WriteAllText(Path.Combine(repository.Path, ".git", "config"), "[core\n");

        var context = await ReadAsync(repository.Path);

        Assert.Equal("error", context.GetProperty("state").GetString());
        Assert.Contains("config", context.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?workDir=")]
    [InlineData("?workDir=%00")]
    public async Task Context_NoFolder_IsRefused(string query)
    {
        using var client = _server.CreateClient();

        using var response = await client.GetAsync("/api/sessions/repository-context" + query);

        Assert.Contains("workDir", await response.ErrorAsync(400, "BAD_REQUEST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Context_GitIsMissing_IsAnError()
    {
        using var repository = new TestRepository();
        await using var server = new SessionServer(("Sidecar:Git:Command", "no-such-git"));

        var context = await ReadAsync(repository.Path, server);

        Assert.Equal("error", context.GetProperty("state").GetString());
        Assert.Contains("no-such-git", context.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<JsonElement> ReadAsync(string workDir, SessionServer? server = null)
    {
        using var client = (server ?? _server).CreateClient();
        return await client.GetJsonAsync($"/api/sessions/repository-context?workDir={Uri.EscapeDataString(workDir)}");
    }

    private static string Name(JsonElement branch) => branch.GetProperty("name").GetString()!;
}
