using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Permission mode and runtime: at once, or when the turn has ended; never at the cost of a turn.</summary>
public abstract class ChangeTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task Mode_WithinATurn_IsAppliedAfterItsResult()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@slow 50 20");
        await client.WaitForAsync(frame => frame.Text("text") == "w2 ", "w2");

        await client.SendAsync("set_permission_mode", ("mode", "plan"));
        await client.WaitForAsync("message_complete");
        var changed = await client.WaitForAsync("permission_mode_changed");

        Assert.Equal("plan", changed.Text("mode"));
        client.Frames.AssertOrder("message_complete", "permission_mode_changed");
        Assert.Equal("plan", ModeInTranscript(session));
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Mode_WithinATurnWhoseAgentIsStopped_IsToldAndDoesNotComeBackAfterANewerOne()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@hang");
        await client.WaitForAsync("user_message_replay");

        await client.SendAsync("set_permission_mode", ("mode", "bypassPermissions"));
        await client.PingAsync();
        using var stopped = await Sidecar.Http.PostAsync(new Uri($"/api/sessions/{session.Id}/agent/stop", UriKind.Relative), content: null);
        await client.WaitForAsync("permission_mode_changed");
        await client.SendAsync("set_permission_mode", ("mode", "default"));
        await client.WaitForAsync("permission_mode_changed");
        await client.RunTurnAsync("next");
        await client.SendAsync("set_permission_mode", ("mode", "plan")); // behind whatever the turn's end has brought
        await client.WaitForAsync("permission_mode_changed");

        var told = client.Frames.Where(frame => frame.Type == "permission_mode_changed").Select(frame => frame.Text("mode"));
        Assert.Equal(["bypassPermissions", "default", "plan"], told);
        Assert.Equal("plan", ModeInTranscript(session));
    }

    [Fact]
    public async Task Mode_WithoutAnAgentAndWithAnIdleOne_IsRecordedAndToldToAll()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await using var other = await Sidecar.ConnectAsync(session);

        await client.SendAsync("set_permission_mode", ("mode", "plan"));
        Assert.Equal("plan", (await other.WaitForAsync("permission_mode_changed")).Text("mode"));
        await client.RunTurnAsync("hello");
        await client.SendAsync("set_permission_mode", ("mode", "acceptEdits"));
        Assert.Equal("acceptEdits", (await other.WaitForAsync("permission_mode_changed")).Text("mode"));
        await client.SendAsync("set_permission_mode", ("mode", "whatever"));
        var invalid = await client.WaitForAsync("error");

        Assert.Equal("PERMISSION_MODE_INVALID", invalid.Text("code"));
        Assert.Equal("acceptEdits", ModeInTranscript(session));
        var start = Assert.Single(Sidecar.Agents.StartsOf(session));
        Assert.Contains("plan", start.Arguments);
    }

    [Fact]
    public async Task Runtime_WithinATurn_RestartsAfterItsResultAndAMessageWaitsForIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@slow 50 20");
        await client.WaitForAsync(frame => frame.Text("text") == "w2 ", "w2");

        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "other-model"), ("effortLevel", "high"));
        var turn = await client.UntilAsync("message_complete");
        await client.SendUserAsync("on the new one");
        var applied = await client.WaitForAsync("runtime_config_applied");
        var next = await client.UntilAsync("message_complete");

        Assert.Contains("w20 ", turn.TextPieces());
        Assert.Equal(("other-model", "high"), (applied.Text("modelId"), applied.Text("effortLevel")));
        Assert.Equal("Echo: on the new one", next.AnswerText());
        var starts = Sidecar.Agents.StartsOf(session);
        Assert.Equal([false, true], starts.Select(start => start.Resume));
        Assert.Contains("other-model", starts[1].Arguments);
        Assert.Equal(2, (await Sidecar.AssistantTextsAsync(session)).Count);
    }

    [Fact]
    public async Task Runtime_TakenBackWithinTheTurn_RestartsNothing()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "some-model"));
        await client.WaitForAsync("runtime_config_applied");
        await client.SendUserAsync("@slow 50 20");
        await client.WaitForAsync(frame => frame.Text("text") == "w2 ", "w2");

        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "other-model"));
        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "some-model"));
        var applied = await client.WaitForAsync("runtime_config_applied");
        await client.WaitForAsync("message_complete");
        await client.RunTurnAsync("next");

        Assert.Equal("some-model", applied.Text("modelId"));
        client.Frames.AssertOrder("runtime_config_applied", "runtime_config_applied", "message_complete");
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Runtime_ThatRunsAlready_ChangesNothing()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "some-model"));
        await client.WaitForAsync("runtime_config_applied");
        await client.RunTurnAsync("hello");
        var agent = await Sidecar.Agents.StartedAsync(session);

        await using var second = await Sidecar.ConnectAsync(session); // as a client that repeats what the list showed it
        await second.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "some-model"));
        await second.RunTurnAsync("again");

        Assert.Equal(0, second.Frames.Count("runtime_config_applied"));
        Assert.True(ProcFs.Exists(agent));
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Runtime_WithoutAModel_IsRefused()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", " "));
        Assert.Equal("RUNTIME_CONFIG_INVALID", (await client.WaitForAsync("error")).Text("code"));
        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "m"), ("effortLevel", "enormous"));
        Assert.Equal("RUNTIME_CONFIG_INVALID", (await client.WaitForAsync("error")).Text("code"));
    }

    private string? ModeInTranscript(Session session) => File.ReadAllLines(Assert.Single(Sidecar.TranscriptsOf(session)))
        .Select(line => JsonElement.Parse(line))
        .Last(line => line.GetProperty("type").GetString() == "session-meta" && line.TryGetProperty("permissionMode", out _))
        .GetProperty("permissionMode").GetString();
}
