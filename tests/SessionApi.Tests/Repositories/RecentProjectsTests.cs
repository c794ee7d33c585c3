using Sidecar.Tests.SessionApi.Git;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Repositories;

public sealed class RecentProjectsTests : IAsyncDisposable
{
    private readonly SessionServer _server = new();

    [Fact]
    public async Task List_Sessions_AreGroupedByProject()
    {
        using var repository = new TestRepository();
        Directory.CreateDirectory(Path.Combine(repository.Path, "sub"));
        using var client = _server.CreateClient();
        await CreateAsync(client, _server.Home.WorkDir);
        await CreateAsync(client, Path.Combine(repository.Path, "sub"));
        await CreateAsync(client, repository.Path);

        var projects = (await client.GetJsonAsync("/api/sessions/recent-projects")).GetProperty("projects").EnumerateArray().ToList();

        Assert.Equal(
            new[] { repository.Path, _server.Home.WorkDir }.Order(StringComparer.Ordinal),
            projects.Select(project => project.GetProperty("realPath").GetString()!).Order(StringComparer.Ordinal));
        var git = projects.Single(project => project.GetProperty("isGit").GetBoolean());
        Assert.Equal(2, git.GetProperty("sessionCount").GetInt32());
        Assert.Equal("app", git.GetProperty("repoName").GetString());
        Assert.Equal("main", git.GetProperty("branch").GetString());
        Assert.Equal("app", git.GetProperty("projectName").GetString());
        Assert.NotEqual("", git.GetProperty("modifiedAt").GetString());
        Assert.StartsWith("-", git.GetProperty("projectPath").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Projects_AreInTheOrderOfTheirNewestConversation()
    {
        var (older, newer) = (Directory.CreateDirectory(Path.Combine(_server.Home.Base, "older")).FullName, Directory.CreateDirectory(Path.Combine(_server.Home.Base, "newer")).FullName);
        _server.Home.Write(TranscriptHome.Id, TranscriptHome.User("a", "2026-04-01T10:00:00.000Z", $$""","cwd":"{{older}}" """));
        _server.Home.Write(TranscriptHome.OtherId, TranscriptHome.User("b", "2026-04-02T10:00:00.000Z", $$""","cwd":"{{newer}}" """));
        using var client = _server.CreateClient();

        var projects = (await client.GetJsonAsync("/api/sessions/recent-projects")).GetProperty("projects").EnumerateArray();

        Assert.Equal([(newer, "2026-04-02T10:00:00.000Z"), (older, "2026-04-01T10:00:00.000Z")],
            projects.Select(project => (project.GetProperty("realPath").GetString()!, project.GetProperty("modifiedAt").GetString()!)));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("0", 1)]
    [InlineData("x", 2)]
    [InlineData("9999", 2)]
    public async Task List_Limit_IsKept(string limit, int expected)
    {
        using var client = _server.CreateClient();
        await CreateAsync(client, _server.Home.WorkDir);
        await CreateAsync(client, _server.Home.Base);

        Assert.Equal(expected, (await client.GetJsonAsync($"/api/sessions/recent-projects?limit={limit}")).GetProperty("projects").GetArrayLength());
    }

    [Fact]
    public async Task List_FolderThatIsGone_IsLeftOut()
    {
        using var client = _server.CreateClient();
        var gone = Directory.CreateDirectory(Path.Combine(_server.Home.Base, "gone")).FullName;
        await CreateAsync(client, gone);
        Directory.Delete(gone);
        var id = (await client.GetJsonAsync("/api/sessions")).GetProperty("sessions")[0].GetProperty("id").GetString();
        await client.GetJsonAsync($"/api/sessions/{id}"); // looks at the folder again

        Assert.Equal(0, (await client.GetJsonAsync("/api/sessions/recent-projects")).GetProperty("projects").GetArrayLength());
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task CreateAsync(HttpClient client, string workDir)
    {
        using var response = await client.PostAsync("/api/sessions", HttpAnswers.Json($$"""{"workDir":"{{workDir}}"}"""));
        Assert.True(response.IsSuccessStatusCode);
    }
}
