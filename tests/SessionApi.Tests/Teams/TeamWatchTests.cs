using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Teams;
using Sidecar.Tests.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Teams;

public sealed class TeamWatchTests
{
    [Fact]
    public async Task Team_OfAConnectedSession_IsToldFromItsBeginningToItsEnd()
    {
        await using var server = await LiveServer.StartAsync();
        var home = new TeamHome(server.Config);
        using var client = await server.JoinAsync(TeamHome.Lead);
        home.WriteTeam();
        Assert.Equal(["team_created"], await LookAsync(server, client));

        Assert.Empty(await LookAsync(server, client));
        home.WriteTeam(active: false);
        Assert.Equal(["team_update", "team_workbench_updated"], await LookAsync(server, client));
        home.WriteTask("1");
        Assert.Equal(["team_workbench_updated"], await LookAsync(server, client));
        home.WriteInbox("ann", "[]");
        Assert.Equal(["team_workbench_updated"], await LookAsync(server, client));
        home.Delete();
        Assert.Equal(["team_deleted"], await LookAsync(server, client));
        Assert.Empty(await LookAsync(server, client));
    }

    [Fact]
    public async Task Update_OfATeam_NamesItAndItsMembers()
    {
        await using var server = await LiveServer.StartAsync();
        var home = new TeamHome(server.Config);
        using var client = await server.JoinAsync(TeamHome.Lead);
        home.WriteTeam();
        await WatchOf(server).LookAsync(TestContext.Current.CancellationToken);
        home.WriteTeam(active: false);
        await WatchOf(server).LookAsync(TestContext.Current.CancellationToken);

        var created = await client.UntilAsync("team_created");
        var update = await client.UntilAsync("team_update");

        var incarnation = created.GetProperty("incarnationId").GetString();
        Assert.Equal(
            $$"""{"type":"team_created","teamName":"crew","incarnationId":"{{incarnation}}","leadSessionId":"lead-session","createdAt":5}""",
            created.GetRawText());
        Assert.Equal(
            $$"""{"type":"team_update","teamName":"crew","incarnationId":"{{incarnation}}","leadSessionId":"lead-session","createdAt":5,"members":[{"agentId":"team-lead@crew","role":"team-lead","status":"running"},{"agentId":"ann@crew","role":"ann","status":"idle","activity":"idle"}]}""",
            update.GetRawText());
    }

    [Fact]
    public async Task Team_AnotherUnderItsName_EndsTheOneAndBeginsTheOther()
    {
        await using var server = await LiveServer.StartAsync();
        var home = new TeamHome(server.Config);
        using var client = await server.JoinAsync(TeamHome.Lead);
        home.WriteTeam(createdAt: 5);
        await LookAsync(server, client);

        home.WriteTeam(createdAt: 6);

        Assert.Equal(["team_deleted", "team_created"], await LookAsync(server, client));
    }

    [Fact]
    public async Task Team_HalfWritten_IsAsItWasUntilItIsWhole()
    {
        await using var server = await LiveServer.StartAsync();
        var home = new TeamHome(server.Config);
        using var client = await server.JoinAsync(TeamHome.Lead);
        home.WriteTeam();
        await LookAsync(server, client);

        home.Write("teams/crew/config.json", """{"name":"crew",""");
        Assert.Empty(await LookAsync(server, client));
        home.WriteTeam(active: false);
        Assert.Equal(["team_update", "team_workbench_updated"], await LookAsync(server, client));
    }

    [Fact]
    public async Task Team_OfASessionWithoutClients_IsToldWhenTheyCome()
    {
        await using var server = await LiveServer.StartAsync();
        var home = new TeamHome(server.Config);
        home.WriteTeam();
        using (var other = await server.JoinAsync("another-session"))
        {
            Assert.Empty(await LookAsync(server, other));
            Assert.Equal(1, server.Used("teams.watched"));
            await other.LeaveAsync();
        }

        await server.UntilUsedAsync("live.sockets", 0);
        await WatchOf(server).LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, server.Used("teams.watched")); // nobody is there: nothing is looked at

        using var client = await server.JoinAsync(TeamHome.Lead);
        Assert.Equal(["team_created"], await LookAsync(server, client));
    }

    [Fact]
    public async Task Teams_MoreThanMayBe_AreNotWatched()
    {
        await using var server = await LiveServer.StartAsync(("Sidecar:Teams:MaxTeams", 2));
        var home = new TeamHome(server.Config);
        using var client = await server.JoinAsync(TeamHome.Lead);
        for (var i = 0; i < 5; i++)
        {
            home.WriteTeam($"team{i}");
        }

        Assert.Equal(["team_created", "team_created"], await LookAsync(server, client));
        Assert.Equal(2, server.Used("teams.watched"));
    }

    /// <summary>One look; what the client hears of it.</summary>
    private static async Task<List<string>> LookAsync(LiveServer server, LiveSocket client)
    {
        await WatchOf(server).LookAsync(TestContext.Current.CancellationToken);
        await client.SendAsync("""{"type":"ping"}""");
        var heard = new List<string>();
        while (await client.ReceiveAsync() is { } frame && frame.GetProperty("type").GetString() is { } type and not "pong")
        {
            heard.Add(type);
        }

        return heard;
    }

    private static TeamWatch WatchOf(LiveServer server) => server.Services.GetRequiredService<TeamWatch>();
}
