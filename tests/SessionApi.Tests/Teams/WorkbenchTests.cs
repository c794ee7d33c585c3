using System.Net;
using System.Text.Json;
using Sidecar.Tests.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Teams;

public sealed class WorkbenchTests
{
    [Fact]
    public async Task Workbench_WithoutATeam_IsNotFoundAsJson()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };

        using var response = await GetAsync(http);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("NOT_FOUND", (await ReadAsync(response)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Workbench_OfALeadingSession_HasItsTeamTasksAndMessages()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var home = new TeamHome(server.Config);
        home.WriteTeam();
        home.WriteTeam("other", lead: "another-session");
        home.WriteTask("10");
        home.WriteTask("2", """ "description":"d","owner":"ann","status":"in_progress","blocks":["10"],"blockedBy":[] """);
        home.WriteTask("3", """ "metadata":{"_internal":true} """);
        home.WriteInbox("ann", """[{"from":"team-lead","text":"go","timestamp":"2026-05-01T10:00:01Z","read":true},{"id":"b","from":"team-lead","text":"all","timestamp":"2026-05-01T10:00:00Z"}]""");
        home.WriteInbox("team-lead", """[{"id":"b","from":"team-lead","text":"all","timestamp":"2026-05-01T10:00:00Z"}]""");

        using var response = await GetAsync(http);
        var timeline = await ReadAsync(response);

        Assert.Equal(("crew", "lead-session", "live"), (Text(timeline, "teamName"), Text(timeline, "sessionId"), Text(timeline, "source")));
        var snapshot = Assert.Single(timeline.GetProperty("snapshots").EnumerateArray());
        var team = snapshot.GetProperty("team");
        Assert.Equal((2, 2, "Builds"), (team.GetProperty("memberCount").GetInt32(), team.GetProperty("activeMemberCount").GetInt32(), Text(team, "description")));
        Assert.Equal(Text(timeline, "incarnationId"), Text(team, "incarnationId"));
        Assert.Equal(
            """{"agentId":"ann@crew","name":"ann","agentType":"general-purpose","model":"m","color":"blue","backendType":"in-process","status":"running","activity":"active","joinedAt":6,"cwd":"/w","sessionId":"s2"}""",
            team.GetProperty("members")[1].GetRawText());
        Assert.Equal(["2", "10"], TeamHome.Names(snapshot.GetProperty("tasks"), "id"));
        Assert.Equal(
            """{"id":"2","subject":"Task 2","description":"d","owner":"ann","status":"in_progress","blocks":["10"],"blockedBy":[],"taskListId":"crew"}""",
            snapshot.GetProperty("tasks")[0].GetRawText());
        Assert.Equal(["*", "ann"], TeamHome.Names(snapshot.GetProperty("messages"), "to"));
        Assert.Equal(["broadcast", "direct"], TeamHome.Names(snapshot.GetProperty("messages"), "kind"));
    }

    [Fact]
    public async Task Workbench_Unchanged_HasTheSameVersion()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var home = new TeamHome(server.Config);
        home.WriteTeam();
        var first = await VersionAsync(http);

        Assert.Equal(first, await VersionAsync(http));
        home.WriteTask("1");
        Assert.NotEqual(first, await VersionAsync(http));
    }

    [Fact]
    public async Task Workbench_OfTwoTeams_IsTheNewerUnlessOneIsNamed()
    {
        await using var server = await LiveServer.StartAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        var home = new TeamHome(server.Config);
        home.WriteTeam("a", createdAt: 9);
        home.WriteTeam("b", createdAt: 5);

        using var newest = await GetAsync(http);
        using var named = await GetAsync(http, "?teamName=b");
        using var neither = await GetAsync(http, "?teamName=b&incarnationId=x");

        Assert.Equal("a", Text(await ReadAsync(newest), "teamName"));
        Assert.Equal("b", Text(await ReadAsync(named), "teamName"));
        Assert.Equal(HttpStatusCode.NotFound, neither.StatusCode);
    }

    [Fact]
    public async Task Workbench_FilesThatCannotBeRead_AreLeftOut()
    {
        await using var server = await LiveServer.StartAsync(("Sidecar:Teams:MaxFileBytes", 2048), ("Sidecar:Teams:MaxFiles", 3));
        using var http = new HttpClient { BaseAddress = server.Address };
        var home = new TeamHome(server.Config);
        home.WriteTeam();
        home.Write("teams/half/config.json", """{"leadSessionId":"lead-session","createdAt":9,""");
        home.Write("teams/headless/config.json", """{"name":"headless","createdAt":9}""");
        home.Write("teams/array/config.json", "[]");
        Directory.CreateDirectory(Path.Combine(server.Config, "teams", "empty"));
        home.WriteTask("1", $""" "description":"{new string('x', 2048)}" """);
        home.Write("tasks/crew/2.json", "{");
        home.WriteTask("3", """ "blocks":"no list","status":5,"subject":7 """);
        home.WriteTask("4"); // over the limit
        home.WriteInbox("ann", """{"from":"x"}""");
        home.WriteInbox("ben", """[5,{"from":"x"}]""");

        using var response = await GetAsync(http);
        var snapshot = (await ReadAsync(response)).GetProperty("snapshots")[0];

        Assert.Equal(["3"], TeamHome.Names(snapshot.GetProperty("tasks"), "id"));
        Assert.Equal(("Task #3", "pending"), (Text(snapshot.GetProperty("tasks")[0], "subject"), Text(snapshot.GetProperty("tasks")[0], "status")));
        Assert.Equal(0, snapshot.GetProperty("messages").GetArrayLength());
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient http, string query = "") =>
        http.GetAsync(new Uri($"/api/teams/session/lead-session/workbench{query}", UriKind.Relative), TestContext.Current.CancellationToken);

    private static async Task<string?> VersionAsync(HttpClient http)
    {
        using var response = await GetAsync(http);
        return Text((await ReadAsync(response)).GetProperty("snapshots")[0], "version");
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        JsonFrames.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    private static string? Text(JsonElement owner, string member) => owner.GetProperty(member).GetString();
}
