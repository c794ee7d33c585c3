using System.Net;
using System.Text.Json;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Repositories;

public sealed class RepositoryLaunchTests : IAsyncDisposable
{
    private readonly SessionServer _server = new();
    private readonly TestRepository _repository = new();

    [Fact]
    public async Task Create_OnABranch_SwitchesToIt()
    {
        _repository.Git("branch", "feature");

        var created = await CreateAsync("feature", worktree: false);

        Assert.Equal(_repository.Path, created.GetProperty("workDir").GetString());
        Assert.Equal("feature", Current(_repository.Path));
        Assert.Equal("feature", await BranchOfAsync(created));
        Assert.Equal("feature", (await MetaAsync(created)).GetProperty("branch").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Create_RepositoryHasHooks_RunsNone(bool worktree)
    {
        _repository.Git("branch", "feature");
        foreach (var hook in new[] { "post-checkout", "reference-transaction", "post-index-change" })
        {
            ScriptedProgram.MakeExecutable(_repository.Write($".git/hooks/{hook}", $"#!/bin/sh\ntouch '{_repository.Beside("ran")}'\n"));
        }

        await CreateAsync("feature", worktree);

        Assert.False(File.Exists(_repository.Beside("ran")));
    }

    [Fact]
    public async Task Create_OnTheCurrentBranch_ChangesNothing()
    {
        _repository.Write("readme.txt", "changed, which would forbid a switch\n");

        await CreateAsync("main", worktree: false);

        Assert.Equal("main", Current(_repository.Path));
    }

    [Fact]
    public async Task Create_OnARemotesBranch_MakesABranchThatFollowsIt()
    {
        _repository.Git("branch", "there");
        var clone = _repository.Beside("clone");
        TestRepository.Run("/", "git", "clone", "--quiet", _repository.Path, clone);

        await CreateAsync("there", worktree: false, clone);

        Assert.Equal("there", Current(clone));
        Assert.Equal("origin/there", TestRepository.Run(clone, "git", "rev-parse", "--abbrev-ref", "@{upstream}").Trim());
        await CreateAsync("origin/main", worktree: false, clone);
        Assert.Equal("main", Current(clone));
    }

    [Fact]
    public async Task Create_InAWorktree_MakesOneFromTheBranch()
    {
        _repository.Git("branch", "feature");
        _repository.Write("readme.txt", "changed, and left alone\n");
        Directory.CreateDirectory(Path.Combine(_repository.Path, "empty"));

        var created = await CreateAsync("feature", worktree: true);

        var workDir = created.GetProperty("workDir").GetString()!;
        Assert.StartsWith(Path.Combine(_repository.Path, ".claude", "worktrees", "desktop-feature-"), workDir, StringComparison.Ordinal);
        Assert.Equal("one\ntwo\n", await File.ReadAllTextAsync(Path.Combine(workDir, "readme.txt")));
        Assert.Equal("main", Current(_repository.Path));
        Assert.Equal($"worktree-{Path.GetFileName(workDir)}", Current(workDir));
        var meta = await MetaAsync(created);
        Assert.Equal(_repository.Path, meta.GetProperty("repoRoot").GetString());
        Assert.Equal(workDir, meta.GetProperty("worktreePath").GetString());
        var row = await RowAsync(created);
        Assert.Equal(_repository.Path, row.GetProperty("projectRoot").GetString());
        Assert.Equal("available", row.GetProperty("workspaceState").GetString());
        var info = await GitInfoAsync(created);
        Assert.Equal($"worktree-{Path.GetFileName(workDir)}", info.GetProperty("branch").GetString());
        Assert.Equal("app", info.GetProperty("repoName").GetString());
        Assert.Equal(0, info.GetProperty("changedFiles").GetInt32());
        Assert.Equal(
            $$"""{"enabled":true,"path":"{{workDir}}","plannedPath":"{{workDir}}","sourceWorkDir":"{{_repository.Path}}","slug":"{{Path.GetFileName(workDir)}}","branch":"worktree-{{Path.GetFileName(workDir)}}"}""",
            info.GetProperty("worktree").GetRawText());
    }

    [Fact]
    public async Task Create_InAWorktreeFromASubfolder_WorksInTheSameFolder()
    {
        _repository.Write("sub/a.txt", "a\n");
        _repository.Commit("sub");

        var created = await CreateAsync(null, worktree: true, Path.Combine(_repository.Path, "sub"));

        Assert.EndsWith("/sub", created.GetProperty("workDir").GetString(), StringComparison.Ordinal);
        Assert.Equal("main", (await MetaAsync(created)).GetProperty("branch").GetString());
    }

    [Fact]
    public async Task Create_InAWorktreeOfAWorktree_LiesInTheMainOne()
    {
        var first = (await CreateAsync(null, worktree: true)).GetProperty("workDir").GetString()!;

        var second = (await CreateAsync(null, worktree: true, first)).GetProperty("workDir").GetString()!;

        Assert.Equal(Path.GetDirectoryName(first), Path.GetDirectoryName(second));
    }

    [Fact]
    public async Task Create_InAWorktreeOfASubmodule_LiesInTheSubmodule()
    {
        using var outer = new TestRepository();
        outer.Git("submodule", "--quiet", "add", _repository.Path, "inner");

        var workDir = (await CreateAsync(null, worktree: true, Path.Combine(outer.Path, "inner"))).GetProperty("workDir").GetString()!;

        Assert.StartsWith(Path.Combine(outer.Path, "inner", ".claude", "worktrees"), workDir, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GitInfo_WorktreeIsRemoved_SaysWhereItWas()
    {
        var created = await CreateAsync(null, worktree: true);
        var workDir = created.GetProperty("workDir").GetString()!;
        _repository.Git("worktree", "remove", workDir);

        var worktree = (await GitInfoAsync(created)).GetProperty("worktree");

        Assert.Equal(JsonValueKind.Null, worktree.GetProperty("path").ValueKind);
        Assert.Equal(workDir, worktree.GetProperty("plannedPath").GetString());
        Assert.Equal("worktree_removed", (await RowAsync(created)).GetProperty("workspaceState").GetString());
    }

    [Theory]
    [InlineData("nowhere", false, "REPOSITORY_BRANCH_NOT_FOUND")]
    [InlineData("nowhere", true, "REPOSITORY_BRANCH_NOT_FOUND")]
    [InlineData("-x", false, "REPOSITORY_BRANCH_NAME_INVALID")]
    [InlineData("--detach", true, "REPOSITORY_BRANCH_NAME_INVALID")]
    [InlineData("a b", true, "REPOSITORY_BRANCH_NAME_INVALID")]
    [InlineData("elsewhere", false, "REPOSITORY_BRANCH_CHECKED_OUT")]
    [InlineData("dirty", false, "REPOSITORY_DIRTY_WORKTREE")]
    public async Task Create_WishThatCannotBe_SaysWhyAndChangesNothing(string branch, bool worktree, string code)
    {
        _repository.Git("branch", "dirty");
        _repository.Git("worktree", "add", "--quiet", "-b", "elsewhere", _repository.Beside("elsewhere"));
        if (branch == "dirty")
        {
            _repository.Write("readme.txt", "changed\n");
        }

        await AssertRefusedAsync(_repository.Path, branch, worktree, code);

        Assert.Equal("main", Current(_repository.Path));
        Assert.False(Directory.Exists(Path.Combine(_repository.Path, ".claude")));
    }

    [Fact]
    public async Task Create_FolderThatIsNoRepository_SaysSo()
    {
        using var empty = new TestRepository(hasCommit: false);
        await AssertRefusedAsync(_server.Home.WorkDir, "main", false, "REPOSITORY_NOT_GIT");
        await AssertRefusedAsync("/does/not/exist", "main", false, "WORKDIR_MISSING");
        await AssertRefusedAsync(empty.Path, "other", false, "REPOSITORY_NO_COMMITS");
        await AssertRefusedAsync(empty.Path, "main", true, "REPOSITORY_NO_COMMITS");
        File.WriteAllText(Path.Combine(empty.Path, ".git", "config"), "[core\n");
        await AssertRefusedAsync(empty.Path, "main", false, "REPOSITORY_CONTEXT_ERROR");
    }

    [Fact]
    public async Task Create_SwitchThatGitRefuses_SaysWhatGitSaid()
    {
        _repository.Git("branch", "feature");
        await File.WriteAllTextAsync(Path.Combine(_repository.Path, ".git", "index.lock"), "");

        Assert.Contains("index.lock", await AssertRefusedAsync(_repository.Path, "feature", false, "REPOSITORY_SWITCH_FAILED"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WorktreesFolderThatLeadsElsewhere_IsRefused()
    {
        Directory.CreateDirectory(_repository.Beside("trap"));
        Directory.CreateSymbolicLink(Path.Combine(_repository.Path, ".claude"), _repository.Beside("trap"));

        await AssertRefusedAsync(_repository.Path, "main", true, "REPOSITORY_WORKTREE_CREATE_FAILED");

        Assert.Empty(Directory.GetFileSystemEntries(_repository.Beside("trap")));
    }

    [Fact]
    public async Task Create_WorktreeThatCannotBeWritten_LeavesNothing()
    {
        Directory.CreateDirectory(Path.Combine(_repository.Path, ".claude"));
        await File.WriteAllTextAsync(Path.Combine(_repository.Path, ".claude", "worktrees"), "a file in its place");

        await AssertRefusedAsync(_repository.Path, "main", true, "REPOSITORY_WORKTREE_CREATE_FAILED");

        Assert.Equal("main", _repository.Git("for-each-ref", "--format=%(refname:short)", "refs/heads").Trim());
    }

    public async ValueTask DisposeAsync()
    {
        _repository.Dispose();
        await _server.DisposeAsync();
    }

    private static string Current(string directory) => TestRepository.Run(directory, "git", "branch", "--show-current").Trim();

    private static string Body(string workDir, string? branch, bool worktree) =>
        $$$"""{"workDir":"{{{workDir}}}","repository":{"branch":{{{(branch is null ? "null" : $"\"{branch}\"")}}},"worktree":{{{(worktree ? "true" : "false")}}}}}""";

    private async Task<JsonElement> CreateAsync(string? branch, bool worktree, string? workDir = null)
    {
        using var client = _server.CreateClient();
        using var response = await client.PostAsync("/api/sessions", HttpAnswers.Json(Body(workDir ?? _repository.Path, branch, worktree)));
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private async Task<string> AssertRefusedAsync(string workDir, string? branch, bool worktree, string code)
    {
        using var client = _server.CreateClient();
        using var response = await client.PostAsync("/api/sessions", HttpAnswers.Json(Body(workDir, branch, worktree)));
        var message = await response.ErrorAsync(400, code);
        Assert.Equal(0, (await client.GetJsonAsync("/api/sessions")).GetProperty("total").GetInt32());
        return message;
    }

    private async Task<string?> BranchOfAsync(JsonElement created) => (await GitInfoAsync(created)).GetProperty("branch").GetString();

    private async Task<JsonElement> GitInfoAsync(JsonElement created)
    {
        using var client = _server.CreateClient();
        return await client.GetJsonAsync($"/api/sessions/{created.GetProperty("sessionId").GetString()}/git-info");
    }

    private async Task<JsonElement> RowAsync(JsonElement created)
    {
        using var client = _server.CreateClient();
        return await client.GetJsonAsync($"/api/sessions/{created.GetProperty("sessionId").GetString()}");
    }

    private async Task<JsonElement> MetaAsync(JsonElement created)
    {
        var name = created.GetProperty("sessionId").GetString() + ".jsonl";
        var path = Assert.Single(Directory.GetFiles(_server.Home.Root.ProjectsDirectory, name, SearchOption.AllDirectories));
        using var line = JsonDocument.Parse((await File.ReadAllLinesAsync(path))[1]);
        return line.RootElement.GetProperty("repository").Clone();
    }
}
