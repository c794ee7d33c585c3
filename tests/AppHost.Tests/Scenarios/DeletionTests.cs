using System.Net.WebSockets;
using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>A session is deleted while it is in use.</summary>
public abstract class DeletionTests : OwnSystemTest
{
    [Fact]
    public async Task Delete_WhileItsAgentIsBeingStarted_NothingRunsAndSocketsAreClosed()
    {
        var sidecar = await StartAsync(("FAKE_AGENT_START_DELAY_MS", "1000"));
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendAsync("prewarm_session");
        var agent = await sidecar.Agents.StartedAsync(session);

        using var deleted = await sidecar.Http.DeleteAsync(new Uri($"/api/sessions/{session.Id}", UriKind.Relative));
        await client.EndedAsync();

        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        await AgentLog.EndedAsync(agent);
        Assert.Empty(sidecar.TranscriptsOf(session));
        await using var again = await sidecar.ConnectAsync(session); // the reconnect of a client that has not noticed
        await again.SendAsync("prewarm_session");
        await again.SendUserAsync("hello");
        Assert.Equal("SESSION_DELETED", (await again.WaitForAsync("error")).Text("code"));
        Assert.Single(sidecar.Agents.StartsOf(session));
    }
}
