using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Agents that start badly, speak late or write late.</summary>
public abstract class AgentSettingTests : OwnSystemTest
{
    [Theory]
    [InlineData("Sidecar__Agent__Command", "/nowhere/agent", "CLI_SPAWN_FAILED", "Sidecar__Agent__Command")]
    [InlineData("FAKE_AGENT_CRASH", "before-init", "CLI_START_FAILED", "FakeAgent: told to crash before init")]
    [InlineData("FAKE_AGENT_CRASH", "after-first-user", "CLI_START_FAILED", "FakeAgent: told to crash after the first user message")]
    [InlineData("FAKE_AGENT_LOGIN", "1", "CLI_AUTH_REQUIRED", "/login")]
    public async Task Agent_DoesNotStart_IsToldAndTheSocketStaysOpen(string variable, string value, string code, string text)
    {
        var sidecar = await StartAsync((variable, value));
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);

        // More than once: where a process that ends at once is noticed first is a matter of microseconds.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await client.SendUserAsync("hello");
            var frames = await client.UntilAsync(frame => frame.IsStatus("idle"), "status idle");
            frames = [.. frames, .. await client.PingAsync()];

            var error = frames.Only("error");
            Assert.Equal(code, error.Text("code"));
            Assert.Contains(text, error.Text("message"), StringComparison.Ordinal);
            frames.AssertOrder("error", "pong");
            Assert.DoesNotContain(frames, frame => frame.Type == "message_complete");
        }

        Assert.Equal("idle", await client.TurnStateAsync());
    }

    [Fact]
    public async Task Agent_IsReadyLate_ServesTheFirstMessage()
    {
        var sidecar = await StartAsync(("FAKE_AGENT_INIT", "late:500"));
        await using var client = await sidecar.ConnectAsync(await sidecar.CreateSessionAsync());

        Assert.Equal("Echo: hello", (await client.RunTurnAsync("hello")).AnswerText());
    }

    [Fact]
    public async Task Turn_TranscriptIsWrittenLate_IsInTheHistoryWhenItIsComplete()
    {
        var sidecar = await StartAsync(("FAKE_AGENT_TRANSCRIPT_DELAY_MS", "300"));
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);

        await client.RunTurnAsync("hello");

        Assert.Equal(["Echo: hello"], await sidecar.AssistantTextsAsync(session));
    }
}
