using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>A team of agents, as the agent CLI writes it, is told to the session that leads it.</summary>
[Collection<SharedStdioSystemTests>]
public sealed class TeamTests(SharedStdioSystem shared)
{
    [Fact]
    public async Task Team_WrittenWhileItsSessionIsOpen_IsToldAndServed()
    {
        var session = await shared.System.CreateSessionAsync();
        await using var client = await shared.System.ConnectAsync(session);
        await using var other = await shared.System.ConnectAsync(await shared.System.CreateSessionAsync());
        var folder = Directory.CreateDirectory(Path.Combine(shared.System.Config, "teams", "crew"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "config.json"),
            $$"""{"name":"crew","createdAt":5,"leadAgentId":"team-lead@crew","leadSessionId":"{{session.Id}}","members":[{"agentId":"a@crew","name":"a","joinedAt":5,"cwd":"/"}]}""",
            TestContext.Current.CancellationToken);

        var created = await client.WaitForAsync("team_created");
        var workbench = await shared.System.GetAsync($"/api/teams/session/{session.Id}/workbench");
        folder.Delete(recursive: true);
        await client.WaitForAsync("team_deleted");
        await other.PingAsync();

        Assert.Equal(("crew", session.Id), (created.Text("teamName"), created.Text("leadSessionId")));
        Assert.Equal(created.Text("incarnationId"), workbench.GetProperty("incarnationId").GetString());
        Assert.DoesNotContain(other.Frames, frame => frame.Type.StartsWith("team_", StringComparison.Ordinal));
    }
}
