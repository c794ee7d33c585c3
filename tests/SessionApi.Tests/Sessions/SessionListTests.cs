using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Sessions;

public sealed class SessionListTests
{
    [Fact]
    public async Task List_OneSession_HasTheFieldsInTheirOrder()
    {
        await using var server = new SessionServer();
        server.Home.Write(
            TranscriptHome.Id,
            TranscriptHome.User("Say <hi> & é"),
            $$"""{"type":"session-meta","isMeta":true,"workDir":"{{server.Home.WorkDir}}","permissionMode":"plan","runtimeProviderId":null,"runtimeModelId":"m","effortLevel":"high"}""");
        using var client = server.CreateClient();

        var list = await client.GetJsonAsync("/api/sessions");

        Assert.Equal(["sessions", "total", "index"], list.EnumerateObject().Select(member => member.Name));
        var session = Assert.Single(list.GetProperty("sessions").EnumerateArray());
        var modified = "2026-04-01T10:00:00.000Z";
        Assert.Equal(
            $$"""{"id":"{{TranscriptHome.Id}}","title":"Say <hi> & é","createdAt":"{{modified}}","modifiedAt":"{{modified}}","messageCount":1,"projectPath":"{{Path.GetFileName(server.Home.Project)}}","projectRoot":"{{server.Home.WorkDir}}","workDir":"{{server.Home.WorkDir}}","workDirExists":true,"workspaceState":"available","permissionMode":"plan","runtimeProviderId":null,"runtimeModelId":"m","effortLevel":"high"}""",
            session.GetRawText());
        var index = list.GetProperty("index");
        Assert.Equal(
            ["mode", "state", "discovered", "indexed", "degradedSources", "databaseBytes", "walBytes", "lastUpdatedAt", "lastErrorCode"],
            index.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("on", "ready", 1, 1), (index.GetProperty("mode").GetString(), index.GetProperty("state").GetString(), index.GetProperty("discovered").GetInt32(), index.GetProperty("indexed").GetInt32()));
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData("?limit=2", 2)]
    [InlineData("?limit=2abc&offset=%201", 2)]
    [InlineData("?limit=0", 0)]
    [InlineData("?limit=100", 25)]
    [InlineData("?limit=99999999999999", 25)]
    [InlineData("?offset=24", 1)]
    [InlineData("?offset=99", 0)]
    public async Task List_Page_HasTheRowsAskedForAndTheTotalOfAll(string query, int rows)
    {
        await using var server = new SessionServer();
        for (var i = 0; i < 25; i++)
        {
            server.Home.Write($"6f1c0000-0000-4000-8000-{i:d12}", TranscriptHome.User("x"));
        }

        using var client = server.CreateClient();
        var list = await client.GetJsonAsync("/api/sessions" + query);

        Assert.Equal(rows, list.GetProperty("sessions").GetArrayLength());
        Assert.Equal(25, list.GetProperty("total").GetInt32());
    }

    [Theory]
    [InlineData("limit=abc", "Invalid limit parameter")]
    [InlineData("limit=-1", "Invalid limit parameter")]
    [InlineData("offset=x1", "Invalid offset parameter")]
    [InlineData("offset=-5", "Invalid offset parameter")]
    public async Task List_ParameterThatIsNoCount_IsRefused(string query, string message)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.GetAsync("/api/sessions?" + query);

        Assert.StartsWith(message, await response.ErrorAsync(400, "BAD_REQUEST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfOneProject_LeavesTheOthersOut()
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("here"));
        var other = Directory.CreateDirectory(Path.Combine(server.Home.Config, "projects", "-other"));
        File.WriteAllText(Path.Combine(other.FullName, TranscriptHome.OtherId + ".jsonl"), TranscriptHome.User("there") + "\n");
        using var client = server.CreateClient();

        foreach (var project in new[] { server.Home.WorkDir, Path.GetFileName(server.Home.Project) })
        {
            var list = await client.GetJsonAsync("/api/sessions?project=" + Uri.EscapeDataString(project));
            Assert.Equal(TranscriptHome.Id, Assert.Single(list.GetProperty("sessions").EnumerateArray()).GetProperty("id").GetString());
            Assert.Equal(1, list.GetProperty("total").GetInt32());
        }
    }

    [Fact]
    public async Task List_NoProjectsFolder_IsEmpty()
    {
        await using var server = new SessionServer();
        Directory.Delete(Path.Combine(server.Home.Config, "projects"));
        using var client = server.CreateClient();

        Assert.Equal(0, (await client.GetJsonAsync("/api/sessions")).GetProperty("total").GetInt32());
    }
}
