using System.Net;
using System.Net.WebSockets;
using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Several clients, wrong clients, and what the agent is told for them.</summary>
public abstract class ClientTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task TwoClients_OneTurn_BothSeeAllOfIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var first = await Sidecar.ConnectAsync(session);
        await using var second = await Sidecar.ConnectAsync(session);

        var sent = await first.RunTurnAsync("for both");
        var seen = await second.UntilAsync("message_complete");

        // What a sender alone is told is that its message is on its way.
        Assert.True(sent[0].IsStatus("thinking"));
        Assert.Equal(sent.Skip(1).Select(frame => frame.Json.GetRawText()), seen.Select(frame => frame.Json.GetRawText()));
    }

    [Fact]
    public async Task TwoClients_AToolIsUsed_BothGetItsInputOnceAndWhole()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var first = await Sidecar.ConnectAsync(session);
        await using var second = await Sidecar.ConnectAsync(session);

        var sent = await first.RunTurnAsync("@subagent");
        var seen = await second.UntilAsync("message_complete");

        foreach (var frames in new[] { sent, seen })
        {
            var used = Assert.Single(frames, frame => frame.Type == "tool_use_complete" && frame.Text("toolName") == "Agent");
            Assert.Equal("Look around", used["input"].GetProperty("description").GetString());
        }

        Assert.Equal(sent.Skip(1).Select(frame => frame.Json.GetRawText()), seen.Select(frame => frame.Json.GetRawText()));
    }

    [Fact]
    public async Task TwoClients_OneAnswersThePermission_IsResolvedForBothAndASecondAnswerChangesNothing()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var first = await Sidecar.ConnectAsync(session);
        await using var second = await Sidecar.ConnectAsync(session);

        await first.SendUserAsync(Prompts.Write(session.File("one.txt"), "once"));
        var asked = await second.WaitForAsync("permission_request");
        Assert.Equal(asked.ToString(), (await first.WaitForAsync("permission_request")).ToString());
        await second.AnswerAsync(asked, allowed: true);
        await first.WaitForAsync("permission_resolved");
        await first.AnswerAsync(asked, allowed: false);
        await first.WaitForAsync("message_complete");
        await second.WaitForAsync("message_complete");
        await first.PingAsync();
        await second.PingAsync();

        foreach (var client in new[] { first, second })
        {
            var resolved = client.Frames.Only("permission_resolved");
            Assert.Equal(asked.Text("requestId"), resolved.Text("requestId"));
            Assert.True(resolved["allowed"].GetBoolean());
            Assert.False(client.Frames.Only("tool_result")["isError"].GetBoolean());
        }

        Assert.Single(Sidecar.Agents.DecisionsOf(session));
        Assert.Equal("once", await File.ReadAllTextAsync(session.File("one.txt")));
    }

    [Fact]
    public async Task Permission_PlainAllow_GivesTheAgentTheInputAsItWasAsked()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync(Prompts.Write(session.File("plain.txt"), "a \"quoted\" ☃"));
        var asked = await client.WaitForAsync("permission_request");
        await client.AnswerAsync(asked, allowed: true);
        await client.WaitForAsync("message_complete");

        var decision = Assert.Single(Sidecar.Agents.DecisionsOf(session));
        Assert.Equal("allow", decision.GetProperty("behavior").GetString());
        Assert.True(System.Text.Json.JsonElement.DeepEquals(asked["input"], decision.GetProperty("updatedInput")));
        Assert.False(decision.TryGetProperty("updatedPermissions", out _));
    }

    [Fact]
    public async Task Permission_AlwaysAllow_IsForTheSessionAndIsNotAskedAgain()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendUserAsync(Prompts.Write(session.File("first.txt"), "1"));
        await client.AnswerAsync(await client.WaitForAsync("permission_request"), allowed: true, rule: "always");
        await client.WaitForAsync("message_complete");
        var second = await client.RunTurnAsync(Prompts.Write(session.File("second.txt"), "2"));

        var rules = Assert.Single(Sidecar.Agents.DecisionsOf(session)).GetProperty("updatedPermissions");
        var rule = Assert.Single(rules.EnumerateArray());
        Assert.Equal("session", rule.GetProperty("destination").GetString());
        Assert.Equal("Write", Assert.Single(rule.GetProperty("rules").EnumerateArray()).GetProperty("toolName").GetString());
        Assert.DoesNotContain(second, frame => frame.Type == "permission_request");
        Assert.Equal("2", await File.ReadAllTextAsync(session.File("second.txt")));
    }

    [Theory]
    [InlineData("..%2Fx")]
    [InlineData("%2e%2e%2fx")]
    [InlineData("a.b")]
    [InlineData("a%20b")]
    public async Task Connect_IdThatIsNone_IsRefused(string id)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://127.0.0.1:{Sidecar.Port}/ws/{id}"), TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.BadRequest, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData("""{"type":"stop"}""", "UNKNOWN_TYPE")]
    [InlineData("""{"kind":"ping"}""", "UNKNOWN_TYPE")]
    [InlineData("""[]""", "UNKNOWN_TYPE")]
    [InlineData("""{"type":"ping\ud800"}""", "UNKNOWN_TYPE")]
    [InlineData("{\"type\":", "PARSE_ERROR")]
    [InlineData("", "PARSE_ERROR")]
    [InlineData("""{"type":"user_message"}""", "PARSE_ERROR")]
    [InlineData("""{"type":"stop_background_task","taskId":""}""", "PARSE_ERROR")]
    [InlineData("""{"type":"permission_response","requestId":"x"}""", "PARSE_ERROR")]
    public async Task Frame_ThatIsWrong_IsAnsweredAndTheSocketStaysOpen(string frame, string code)
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendTextAsync(frame);
        var answer = await client.WaitForAsync("error");
        await client.PingAsync();

        Assert.Equal(code, answer.Text("code"));
    }

    [Fact]
    public async Task ComputerUseAnswer_ToNoQuestion_IsPassedOver()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        await client.SendAsync("computer_use_permission_response", ("requestId", "unknown"));
        var frames = await client.PingAsync();

        Assert.Equal("pong", Assert.Single(frames).Type);
    }
}
