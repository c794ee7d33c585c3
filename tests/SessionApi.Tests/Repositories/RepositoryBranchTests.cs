using System.Net;
using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Repositories;

public sealed class RepositoryBranchTests : IAsyncDisposable
{
    private readonly SessionServer _server = new();
    private readonly TestRepository _repository = new();

    [Fact]
    public async Task Create_Name_MakesABranchOfTheCurrentOne()
    {
        using var response = await PostAsync($$"""{"workDir":"{{_repository.Path}}","name":"fix/größe"}""");

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var created = await response.JsonAsync();
        Assert.Equal("fix/größe", created.GetProperty("branch").GetString());
        Assert.Equal("main", created.GetProperty("baseRef").GetString());
        Assert.Equal("main", created.GetProperty("context").GetProperty("currentBranch").GetString());
        Assert.Contains(created.GetProperty("context").GetProperty("branches").EnumerateArray(), branch => branch.GetProperty("name").GetString() == "fix/größe");
    }

    [Fact]
    public async Task Create_FromABranch_BeginsThere()
    {
        _repository.Git("branch", "old");
        _repository.Write("readme.txt", "three\n");
        _repository.Commit("second");

        using var response = await PostAsync($$"""{"workDir":"{{_repository.Path}}","name":"new","from":"old"}""");

        Assert.Equal("old", (await response.JsonAsync()).GetProperty("baseRef").GetString());
        Assert.Equal(_repository.Git("rev-parse", "old"), _repository.Git("rev-parse", "new"));
    }

    [Theory]
    [InlineData("main", "null", "REPOSITORY_BRANCH_EXISTS")]
    [InlineData("-d", "null", "REPOSITORY_BRANCH_NAME_INVALID")]
    [InlineData("worktree-desktop-x", "null", "REPOSITORY_BRANCH_NAME_INVALID")]
    [InlineData("", "null", "REPOSITORY_BRANCH_NAME_INVALID")]
    [InlineData("main/sub", "null", "REPOSITORY_BRANCH_CREATE_FAILED")]
    [InlineData("new", "\"nowhere\"", "REPOSITORY_BRANCH_NOT_FOUND")]
    [InlineData("new", "\"--force\"", "REPOSITORY_BRANCH_NAME_INVALID")]
    [InlineData("new", "7", "BAD_REQUEST")]
    public async Task Create_WhatCannotBe_SaysWhy(string name, string from, string code)
    {
        using var response = await PostAsync($$"""{"workDir":"{{_repository.Path}}","name":"{{name}}","from":{{from}}}""");

        Assert.NotEqual("", await response.ErrorAsync(400, code));
        Assert.Equal("main", _repository.Git("for-each-ref", "--format=%(refname:short)", "refs/heads").Trim());
    }

    [Fact]
    public async Task Create_LongName_IsRefused()
    {
        using var response = await PostAsync($$"""{"workDir":"{{_repository.Path}}","name":"{{new string('n', 201)}}"}""");

        Assert.Contains("200", await response.ErrorAsync(400, "REPOSITORY_BRANCH_NAME_INVALID"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_RepositoryWithoutCommits_SaysSo()
    {
        using var empty = new TestRepository(hasCommit: false);

        using var response = await PostAsync($$"""{"workDir":"{{empty.Path}}","name":"new"}""");

        await response.ErrorAsync(400, "REPOSITORY_NO_COMMITS");
    }

    public async ValueTask DisposeAsync()
    {
        _repository.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var client = _server.CreateClient();
        return await client.PostAsync("/api/sessions/repository-branch", HttpAnswers.Json(body));
    }
}
