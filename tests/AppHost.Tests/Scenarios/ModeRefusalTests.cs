using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>An agent that does not change its permission mode when it is asked: its mode stays what it was, for clients and in the transcript.</summary>
public sealed class ModeRefusalTests : OwnSystemTest
{
    [Theory]
    [InlineData("reject", "Cannot set permission mode to plan")]
    [InlineData("silent", "did not answer")]
    [InlineData("unconfirmed", "did not report it")]
    public async Task Mode_AgentDoesNotChangeIt_IsToldAndStays(string answer, string why)
    {
        var sidecar = await StartAsync(("FAKE_AGENT_PERMISSION_MODE", answer), ("Sidecar__Live__ControlTimeout", "00:00:02"));
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.RunTurnAsync("hello");

        await client.SendAsync("set_permission_mode", ("mode", "plan"));
        var error = await client.WaitForAsync("error");
        await client.RunTurnAsync("next");

        Assert.Equal("PERMISSION_MODE_CHANGE_FAILED", error.Text("code"));
        Assert.Contains(why, error.Text("message"), StringComparison.Ordinal);
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "permission_mode_changed");
        Assert.DoesNotContain("\"permissionMode\":\"plan\"", File.ReadAllText(Assert.Single(sidecar.TranscriptsOf(session))), StringComparison.Ordinal);
    }
}
