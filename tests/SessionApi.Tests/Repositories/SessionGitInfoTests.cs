using System.Text.Json;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Repositories;

public sealed class SessionGitInfoTests
{
    [Theory]
    [InlineData("on a branch")]
    [InlineData("detached")]
    [InlineData("without commits")]
    [InlineData("switched behind our back")]
    public async Task GitInfo_Branch_IsThatOfTheContext(string state)
    {
        using var repository = new TestRepository(hasCommit: state != "without commits");
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var id = await CreateAsync(client, repository.Path);
        switch (state)
        {
            case "detached":
                repository.Git("switch", "--quiet", "--detach");
                break;
            case "switched behind our back":
                repository.Git("switch", "--quiet", "--create", "other");
                break;
        }

        var info = await client.GetJsonAsync($"/api/sessions/{id}/git-info");
        var context = await client.GetJsonAsync($"/api/sessions/repository-context?workDir={repository.Path}");

        Assert.Equal(context.GetProperty("currentBranch").GetRawText(), info.GetProperty("branch").GetRawText());
        Assert.Equal(context.GetProperty("repoName").GetString(), info.GetProperty("repoName").GetString());
    }

    [Fact]
    public async Task GitInfo_ChangedFiles_AreCounted()
    {
        using var repository = new TestRepository();
        repository.Write("readme.txt", "changed\n");
        repository.Write("new/a.txt", "");
        repository.Write("new/b.txt", "");
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        var info = await client.GetJsonAsync($"/api/sessions/{await CreateAsync(client, repository.Path)}/git-info");

        Assert.Equal($$"""{"branch":"main","repoName":"app","workDir":"{{repository.Path}}","changedFiles":2,"worktree":null}""", info.GetRawText());
    }

    [Fact]
    public async Task GitInfo_NoRepository_IsEmpty()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        var info = await client.GetJsonAsync($"/api/sessions/{await CreateAsync(client, server.Home.WorkDir)}/git-info");

        Assert.Equal($$"""{"branch":null,"repoName":null,"workDir":"{{server.Home.WorkDir}}","changedFiles":0,"worktree":null}""", info.GetRawText());
    }

    [Fact]
    public async Task GitInfo_GitHangs_IsAnsweredWithoutIt()
    {
        using var repository = new TestRepository();
        using var program = new ScriptedProgram("exec sleep 60");
        await using var server = new SessionServer(("Sidecar:Git:Command", program.Path), ("Sidecar:Git:InfoTimeout", "00:00:00.300"));
        using var client = server.CreateClient();

        var info = await client.GetJsonAsync($"/api/sessions/{await CreateAsync(client, repository.Path)}/git-info");

        Assert.Equal(JsonValueKind.Null, info.GetProperty("branch").ValueKind);
        Assert.Equal("app", info.GetProperty("repoName").GetString());
        Assert.Empty(program.Processes());
    }

    [Fact]
    public async Task GitInfo_UnknownSession_IsNotFound()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.GetAsync("/api/sessions/6f1c0000-0000-4000-8000-00000000000f/git-info");

        await response.ErrorAsync(404, "NOT_FOUND");
    }

    private static async Task<string> CreateAsync(HttpClient client, string workDir)
    {
        using var response = await client.PostAsync("/api/sessions", HttpAnswers.Json($$"""{"workDir":"{{workDir}}"}"""));
        return (await response.JsonAsync()).GetProperty("sessionId").GetString()!;
    }
}
