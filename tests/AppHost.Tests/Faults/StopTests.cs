using System.Net.WebSockets;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Faults;

/// <summary>The system is asked to stop. That nothing is left is looked at by the stop itself.</summary>
public sealed class StopTests : OwnSystemTest
{
    [Fact]
    public async Task Stop_Idle_IsQuick()
    {
        var sidecar = await StartAsync();
        await using var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync());
        await client.RunTurnAsync("hello");

        var took = await sidecar.StopAsync();

        Assert.True(took < TimeSpan.FromSeconds(3), $"It took {took}. Output:\n{sidecar.Output}");
        Assert.DoesNotContain("killed", sidecar.Output, StringComparison.OrdinalIgnoreCase);
        await client.EndedAsync();
        Assert.Equal(1012, (int?)client.CloseStatus);
    }

    [Fact]
    public async Task Stop_ClientDoesNotListen_IsNotWaitedForLong()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        using var client = new ClientWebSocket(); // nobody reads from it, so its end of the close never comes
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{sidecar.Port}/ws/{session.Id}"), TestContext.Current.CancellationToken);

        var took = await sidecar.StopAsync();

        Assert.True(took < TimeSpan.FromSeconds(6), $"It took {took}. Output:\n{sidecar.Output}");
    }

    [Fact]
    public async Task Stop_AgentIgnoresItAndHasLeftProcesses_EndsAllOfThem()
    {
        var sidecar = await StartAsync(("FAKE_AGENT_IGNORE_SIGTERM", "1"));
        await using var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync());
        await client.SendUserAsync("@spawn plain\n@spawn setsid\n@spawn double-fork\n@hold-pipes\n@hang");
        await WaitFor.True(() => sidecar.Sleepers == 4, TimeSpan.FromSeconds(15), "the agent's four children");

        await sidecar.StopAsync();
    }

    [Fact]
    public async Task Stop_BeforeItIsReady_EndsWithNothingLeft()
    {
        var sidecar = Launch();
        await sidecar.WaitForOutputAsync("sidecar-worker is healthy");

        await sidecar.StopAsync();
    }
}
