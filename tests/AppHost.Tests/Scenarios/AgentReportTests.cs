using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>What the agent's start and its reports leave in the transcript and the list.</summary>
public abstract class AgentReportTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task FirstTurn_PlaceholderTitle_OutlivesTheLaunch()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync("List the files. And then stop.");

        Assert.Equal("List the files.", frames.Only("session_title_updated").Text("title"));
        Assert.Equal("List the files.", (await RowAsync(session)).GetProperty("title").GetString());
        var titles = File.ReadAllLines(Assert.Single(Sidecar.TranscriptsOf(session))).Where(line => line.Contains("\"ai-title\"", StringComparison.Ordinal));
        Assert.Single(titles);
    }

    [Fact]
    public async Task Agent_WorksInAnotherDirectory_IsRecorded()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        var elsewhere = Directory.CreateDirectory(session.File("worktree")).FullName;

        await client.RunTurnAsync("hello");
        await client.RunTurnAsync($"@cwd {elsewhere}\nhello");
        await WaitFor.True(
            async () => (await RowAsync(session)).GetProperty("workDir").GetString() == elsewhere, TimeSpan.FromSeconds(15), "the new directory in the list");
        var next = await client.RunTurnAsync("next");

        Assert.Equal("Echo: next", next.AnswerText());
        Assert.Single(Sidecar.TranscriptsOf(session));
    }

    [Fact]
    public async Task Start_StaleLock_IsRemovedAndTheMessageIsServed()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        var lockFile = Lock(session, "");

        var frames = await client.RunTurnAsync("hello");

        Assert.Equal("Echo: hello", frames.AnswerText());
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.False(File.Exists(lockFile));
        Assert.Equal(2, Sidecar.Agents.StartsOf(session).Count);
    }

    [Fact]
    public async Task Start_LockOfALivingProcess_IsToldAndStays()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        var lockFile = Lock(session, $"{Environment.ProcessId}\n");

        await client.SendUserAsync("hello");
        var error = await client.WaitForAsync("error");
        await client.WaitForAsync(frame => frame.IsStatus("idle"), "status idle");

        Assert.Equal("CLI_SESSION_CONFLICT", error.Text("code"));
        Assert.True(error["retryable"].GetBoolean());
        Assert.True(File.Exists(lockFile));
        Assert.Single(Sidecar.Agents.StartsOf(session));
        Assert.Equal("idle", await client.TurnStateAsync());
    }

    private string Lock(Session session, string text)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(Sidecar.Config, ".lock")).FullName, session.Id);
        File.WriteAllText(file, text);
        return file;
    }

    private async Task<JsonElement> RowAsync(Session session)
    {
        var list = await Sidecar.GetAsync("/api/sessions?limit=400");
        return Assert.Single(list.GetProperty("sessions").EnumerateArray(), row => row.GetProperty("id").GetString() == session.Id);
    }
}

/// <summary>An agent that introduces itself before anybody has asked anything of it.</summary>
public abstract class EarlyAgentTests : OwnSystemTest
{
    [Fact]
    public async Task Prewarm_AgentSpeaksAtOnce_IsShownWithTheFirstMessageAndNotBefore()
    {
        var sidecar = await StartAsync(("FAKE_AGENT_INIT", "on-start"));
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendAsync("prewarm_session");
        await sidecar.Agents.StartedAsync(session);
        await client.SendAsync("set_permission_mode", ("mode", "plan")); // is answered when the agent has spoken
        await client.WaitForAsync("permission_mode_changed");
        await client.PingAsync();
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "system_notification");

        var frames = await client.RunTurnAsync("hello");

        // The one that was held, and the turn's own.
        Assert.Equal(["init", "init"], frames.Select(frame => frame.Text("subtype")).Where(subtype => subtype == "init"));
        frames.AssertOrder("status", "system_notification", "user_message_replay", "message_complete");
    }
}
