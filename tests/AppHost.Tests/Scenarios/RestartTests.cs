using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>The session API is killed while something waits: its next life knows of it.</summary>
public abstract class RestartTests : OwnSystemTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Mode_DeferredWhenTheServerDies_IsAppliedAfterTheTurn()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        await before.SendUserAsync($"@slow 60 10\n@until {session.File("go")}");
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");
        await before.SendAsync("set_permission_mode", ("mode", "plan"));
        await RecordedAsync(sidecar, session, "\"permissionMode\":\"plan\"");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        await File.WriteAllTextAsync(session.File("go"), "");
        await after.WaitForAsync("message_complete");
        var changed = await after.WaitForAsync("permission_mode_changed");

        Assert.Equal("plan", changed.Text("mode"));
        Assert.Single(sidecar.Agents.StartsOf(session));
        Assert.Equal(["plan"], Requests(sidecar, session, "set_permission_mode").Select(request => request.GetProperty("mode").GetString()));
    }

    [Fact]
    public async Task Runtime_DeferredWhenTheServerDies_IsAppliedAfterTheTurn()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        await before.SendUserAsync($"@slow 60 10\n@until {session.File("go")}");
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");
        await before.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "other-model"));
        await RecordedAsync(sidecar, session, "\"runtimeModelId\":\"other-model\"");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        await File.WriteAllTextAsync(session.File("go"), "");
        await after.WaitForAsync("message_complete");
        var applied = await after.WaitForAsync("runtime_config_applied");
        var next = await after.RunTurnAsync("next");

        Assert.Equal("other-model", applied.Text("modelId"));
        Assert.Equal("Echo: next", next.AnswerText());
        var starts = sidecar.Agents.StartsOf(session);
        Assert.Equal([false, true], starts.Select(start => start.Resume));
        Assert.Contains("other-model", starts[1].Arguments);
    }

    [Fact]
    public async Task Stop_ServerDiesBeforeTheAgentHeeds_IsCarriedThrough()
    {
        var sidecar = await StartAsync(("Sidecar__Live__StopPatience", "00:00:03"));
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        await before.SendUserAsync("@hang-hard");
        await before.WaitForAsync("user_message_replay");
        var agent = await sidecar.Agents.StartedAsync(session);
        await before.SendAsync("stop_generation");
        await WaitFor.True(() => Requests(sidecar, session, "interrupt").Any(), Deadline, "the interrupt");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        await AgentLog.EndedAsync(agent);
        await WaitFor.True(async () => await after.TurnStateAsync() == "idle", Deadline, "the end of the turn");
        var next = await after.RunTurnAsync("next");

        Assert.Contains("Echo: next", next.AnswerText(), StringComparison.Ordinal);
        Assert.DoesNotContain(after.Frames, frame => frame.Type == "error");
    }

    [Fact]
    public async Task Prewarm_ServerDies_TheAgentIsStillSilentAndServesTheFirstMessage()
    {
        var sidecar = await StartAsync(("FAKE_AGENT_INIT", "on-start"));
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        await before.SendAsync("prewarm_session");
        var agent = await sidecar.Agents.StartedAsync(session);
        await before.SendAsync("set_permission_mode", ("mode", "plan")); // is answered when the agent has spoken
        await before.WaitForAsync("permission_mode_changed");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        await after.PingAsync();
        Assert.DoesNotContain(after.Frames, frame => frame.Type == "system_notification");
        var frames = await after.RunTurnAsync("hello");

        Assert.Equal(2, frames.Count(frame => frame.Text("subtype") == "init"));
        Assert.Equal("Echo: hello", frames.AnswerText());
        Assert.Equal(agent.Id, Assert.Single(sidecar.Agents.StartsOf(session)).ProcessId);
    }

    private static Task RecordedAsync(SidecarSystem sidecar, Session session, string text) => WaitFor.True(
        () => File.ReadAllText(Assert.Single(sidecar.TranscriptsOf(session))).Contains(text, StringComparison.Ordinal), Deadline, $"{text} in the transcript");

    private static IEnumerable<JsonElement> Requests(SidecarSystem sidecar, Session session, string subtype) => sidecar.Agents.InputsOf(session)
        .Where(input => input.GetProperty("type").GetString() == "control_request")
        .Select(input => input.GetProperty("request"))
        .Where(request => request.GetProperty("subtype").GetString() == subtype);
}
