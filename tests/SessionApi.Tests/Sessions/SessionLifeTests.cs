using System.Net;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Sessions;

public sealed class SessionLifeTests
{
    [Fact]
    public async Task Create_WorkDir_IsInTheVeryNextList()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        await client.GetJsonAsync("/api/sessions");

        using var response = await client.PostAsync("/api/sessions", HttpAnswers.Json(
            $$$"""{"workDir":"{{{server.Home.WorkDir}}}/../work","permissionMode":"plan","repository":{"branch":null,"worktree":false}}"""));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var created = await response.JsonAsync();
        Assert.Equal(server.Home.WorkDir, created.GetProperty("workDir").GetString());
        var session = Assert.Single((await client.GetJsonAsync("/api/sessions")).GetProperty("sessions").EnumerateArray());
        Assert.Equal(created.GetProperty("sessionId").GetString(), session.GetProperty("id").GetString());
        Assert.Equal("Untitled Session", session.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Create_EmptyWorkDir_IsTheHome()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PostAsync("/api/sessions", HttpAnswers.Json("""{"workDir":""}"""));

        Assert.Equal(server.Home.Base, (await response.JsonAsync()).GetProperty("workDir").GetString());
    }

    [Theory]
    [InlineData("""{"workDir":1}""", "BAD_REQUEST")]
    [InlineData("""{"permissionMode":"yolo"}""", "BAD_REQUEST")]
    [InlineData("""{"permissionMode":7}""", "BAD_REQUEST")]
    [InlineData("""{"repository":"main"}""", "BAD_REQUEST")]
    [InlineData("""{"repository":{"branch":1}}""", "BAD_REQUEST")]
    [InlineData("""{"repository":{"worktree":"yes"}}""", "BAD_REQUEST")]
    [InlineData("""{"repository":{"branch":"main"}}""", "REPOSITORY_NOT_GIT")]
    [InlineData("""{"repository":{"worktree":true}}""", "REPOSITORY_NOT_GIT")]
    [InlineData("""{"workDir":"\u0000"}""", "BAD_REQUEST")]
    [InlineData("""{"workDir":"/does/not/exist"}""", "WORKDIR_MISSING")]
    [InlineData("""{"workDir":"/proc/version"}""", "WORKDIR_NOT_DIRECTORY")]
    [InlineData("[]", "BAD_REQUEST")]
    [InlineData("{", "BAD_REQUEST")]
    [InlineData("", "BAD_REQUEST")]
    public async Task Create_BodyThatIsWrong_SaysWhatIsWrong(string body, string code)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PostAsync("/api/sessions", HttpAnswers.Json(body));

        Assert.NotEqual("", await response.ErrorAsync(400, code));
        Assert.Empty(Directory.GetDirectories(server.Home.Root.ProjectsDirectory));
    }

    [Fact]
    public async Task Rename_Session_IsInTheVeryNextListAndDoesNotReorderIt()
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("older"));
        server.Home.Write(TranscriptHome.OtherId, TranscriptHome.User("newer", "2026-04-02T00:00:00.000Z"));
        using var client = server.CreateClient();
        await client.GetJsonAsync("/api/sessions");

        using var response = await client.PatchAsync($"/api/sessions/{TranscriptHome.Id}", HttpAnswers.Json("""{"title":"New \ud83d name"}"""));

        Assert.Equal("""{"ok":true}""", await response.Content.ReadAsStringAsync());
        var sessions = (await client.GetJsonAsync("/api/sessions")).GetProperty("sessions");
        Assert.Equal(["newer", "New \uFFFD name"], sessions.EnumerateArray().Select(session => session.GetProperty("title").GetString()));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"title":" "}""")]
    [InlineData("""{"title":5}""")]
    public async Task Rename_NoTitle_IsRefused(string body)
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("x"));
        using var client = server.CreateClient();

        using var response = await client.PatchAsync($"/api/sessions/{TranscriptHome.Id}", HttpAnswers.Json(body));

        await response.ErrorAsync(400, "BAD_REQUEST");
    }

    [Fact]
    public async Task Delete_Session_TellsTheLiveSideInOrderAndIsGone()
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("x"));
        using var client = server.CreateClient();
        await client.GetJsonAsync("/api/sessions");

        using var response = await client.DeleteAsync($"/api/sessions/{TranscriptHome.Id}");

        Assert.Equal("""{"ok":true}""", await response.Content.ReadAsStringAsync());
        Assert.Equal([$"begin {TranscriptHome.Id}", $"complete {TranscriptHome.Id}"], server.Live.Calls);
        Assert.Equal(0, (await client.GetJsonAsync("/api/sessions")).GetProperty("total").GetInt32());
        Assert.False(File.Exists(server.Home.PathOf(TranscriptHome.Id)));
    }

    [Fact]
    public async Task Delete_UnknownSession_TakesTheMarkBack()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.DeleteAsync($"/api/sessions/{TranscriptHome.Id}");

        Assert.Equal($"Session not found: {TranscriptHome.Id}", await response.ErrorAsync(404, "NOT_FOUND"));
        Assert.Equal([$"begin {TranscriptHome.Id}", $"roll back {TranscriptHome.Id}"], server.Live.Calls);
    }

    [Fact]
    public async Task BatchDelete_SomeFail_SaysWhich()
    {
        await using var server = new SessionServer();
        var stuck = "6f1c0000-0000-4000-8000-000000000003";
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("x"));
        server.Home.Write(stuck, TranscriptHome.User("x"));
        server.Live.FailureOf = id => id == stuck ? new TimeoutException("The agent did not stop.") : null;
        using var client = server.CreateClient();

        using var response = await client.PostAsync("/api/sessions/batch-delete", HttpAnswers.Json(
            $$"""{"sessionIds":[" {{TranscriptHome.Id}} ","{{TranscriptHome.Id}}","{{TranscriptHome.OtherId}}","{{stuck}}"]}"""));

        var outcome = await response.JsonAsync();
        Assert.False(outcome.GetProperty("ok").GetBoolean());
        Assert.Equal([TranscriptHome.Id], outcome.GetProperty("successes").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(
            $$"""[{"sessionId":"{{TranscriptHome.OtherId}}","message":"Session not found: {{TranscriptHome.OtherId}}","code":"NOT_FOUND"},{"sessionId":"{{stuck}}","message":"The agent did not stop."}]""",
            outcome.GetProperty("failures").GetRawText());
        Assert.True(File.Exists(server.Home.PathOf(stuck)));
        Assert.Contains($"roll back {stuck}", server.Live.Calls);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"sessionIds":[]}""")]
    [InlineData("""{"sessionIds":"x"}""")]
    [InlineData("""{"sessionIds":[" "]}""")]
    [InlineData("""{"sessionIds":[1]}""")]
    public async Task BatchDelete_NoIds_IsRefused(string body)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.PostAsync("/api/sessions/batch-delete", HttpAnswers.Json(body));

        await response.ErrorAsync(400, "BAD_REQUEST");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData("..%2f..%2fsecret")]
    [InlineData("%2e%2e%2f%2e%2e%2fsecret")]
    [InlineData("..\\..\\secret")]
    [InlineData("not-an-id")]
    [InlineData(TranscriptHome.OtherId)]
    public async Task AnyVerb_IdThatLeadsOutOrNowhere_IsNotFoundAndTouchesNothing(string id)
    {
        await using var server = new SessionServer();
        var secret = Path.Combine(server.Home.Base, "secret.jsonl");
        File.WriteAllText(secret, TranscriptHome.User("secret") + "\n");
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("x"));
        File.CreateSymbolicLink(server.Home.PathOf(TranscriptHome.OtherId), secret);
        using var client = server.CreateClient();

        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/messages"), ("PATCH", ""), ("DELETE", "") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/sessions/{id}{path}");
            request.Content = method == "PATCH" ? HttpAnswers.Json("""{"title":"x"}""") : null;
            using var response = await client.SendAsync(request);
            Assert.Contains((int)response.StatusCode, new[] { 404, 405 });
            Assert.DoesNotContain("\"content\":\"secret\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(TranscriptHome.User("secret") + "\n", File.ReadAllText(secret));
        Assert.True(File.Exists(server.Home.PathOf(TranscriptHome.OtherId)));
    }
}
