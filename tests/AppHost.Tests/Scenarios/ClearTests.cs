using System.Text.Json;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>The command that empties a conversation.</summary>
public abstract class ClearTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task Clear_Conversation_IsEmptyAtOnceAndKeepsDirectoryModeAndTitle()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendAsync("set_permission_mode", ("mode", "plan"));
        await client.WaitForAsync("permission_mode_changed");
        await client.RunTurnAsync("remember me");
        var agent = await Sidecar.Agents.StartedAsync(session);

        var cleared = await client.RunTurnAsync(" /clear ");
        var listed = await RowAsync(session);

        Assert.Equal(["session_cleared", "message_complete"], cleared.Select(frame => frame.Text("subtype") ?? frame.Type).TakeLast(2));
        Assert.Equal(0, cleared[^1]["usage"].GetProperty("output_tokens").GetInt32());
        Assert.False(ProcFs.Exists(agent));
        Assert.Equal((0, "Untitled Session"), (listed.GetProperty("messageCount").GetInt32(), listed.GetProperty("title").GetString()));
        Assert.Equal(session.WorkDir, listed.GetProperty("workDir").GetString());
        Assert.Equal("plan", listed.GetProperty("permissionMode").GetString());
        Assert.Empty(await Sidecar.AssistantTextsAsync(session));
        Assert.Single(Sidecar.TranscriptsOf(session));
    }

    [Fact]
    public async Task Clear_ThenAMessage_BeginsANewConversationWithATitleOfItsOwn()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("the old one");

        await client.RunTurnAsync("/clear");
        var frames = await client.RunTurnAsync("the new one");

        Assert.Equal("the new one", frames.Only("session_title_updated").Text("title"));
        Assert.Equal("Echo: the new one", frames.AnswerText());
        Assert.Equal([false, false], Sidecar.Agents.StartsOf(session).Select(start => start.Resume));
        Assert.Equal(["Echo: the new one"], await Sidecar.AssistantTextsAsync(session));
    }

    [Fact]
    public async Task Clear_WithinATurn_EndsTheTurnFirst()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendUserAsync("@slow 50 200");
        await client.WaitForAsync(frame => frame.Text("text") == "w3 ", "w3");

        await client.SendUserAsync("/clear");
        await client.SendUserAsync("after it");
        var before = await client.UntilAsync(frame => frame.Text("subtype") == "session_cleared", "session_cleared");
        await client.WaitForAsync("message_complete");
        var after = await client.UntilAsync("message_complete");

        Assert.Single(before, frame => frame.Type == "message_complete");
        Assert.Equal("Echo: after it", after.AnswerText());
        Assert.DoesNotContain(client.Frames, frame => frame.Type == "error");
        Assert.Equal(["Echo: after it"], await Sidecar.AssistantTextsAsync(session));
        Assert.Equal("idle", await client.TurnStateAsync());
    }

    [Fact]
    public async Task Clear_WithArguments_IsRefusedAndChangesNothing()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("kept");

        await client.SendUserAsync("/clear x");
        var refused = await client.UntilAsync(frame => frame.IsStatus("idle"), "status idle");

        Assert.Equal("INVALID_SLASH_COMMAND_ARGS", refused.Only("error").Text("code"));
        Assert.Equal(["Echo: kept"], await Sidecar.AssistantTextsAsync(session));
        Assert.Single(Sidecar.Agents.StartsOf(session));
        Assert.Equal("idle", await client.TurnStateAsync());
    }

    [Fact]
    public async Task Clear_CannotBeWritten_IsToldAndTheConversationGoesOn()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.RunTurnAsync("kept");
        Directory.CreateDirectory(Assert.Single(Sidecar.TranscriptsOf(session)) + ".clear.tmp"); // where the new file would be written

        await client.SendUserAsync("/clear");
        var failed = await client.UntilAsync(frame => frame.IsStatus("idle"), "status idle");
        await client.RunTurnAsync("goes on");

        Assert.Equal("SESSION_CLEAR_FAILED", failed.Only("error").Text("code"));
        Assert.Equal(["Echo: kept", "Echo: goes on"], await Sidecar.AssistantTextsAsync(session));
        Assert.Equal([false, true], Sidecar.Agents.StartsOf(session).Select(start => start.Resume));
    }

    private async Task<JsonElement> RowAsync(Session session)
    {
        var list = await Sidecar.GetAsync("/api/sessions?limit=400");
        return Assert.Single(list.GetProperty("sessions").EnumerateArray(), row => row.GetProperty("id").GetString() == session.Id);
    }
}
