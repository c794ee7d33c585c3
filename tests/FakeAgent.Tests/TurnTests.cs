using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

public sealed class TurnTests : AgentTest
{
    [Fact]
    public async Task Turn_PlainText_HasTheOrderOfTheRealCli()
    {
        var agent = Start();
        var uuid = agent.SendUser("hello");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal(
            [
                "command_lifecycle", "command_lifecycle", "system/init", "system/status", "user", "message_start",
                "content_block_start", "content_block_delta", "content_block_delta", "assistant", "content_block_stop",
                "content_block_start", "content_block_delta", "content_block_delta", "content_block_delta", "assistant", "content_block_stop",
                "message_delta", "message_stop", "command_lifecycle", "result",
            ],
            messages.Select(m => m.Kind()));
        var replay = messages.Single(m => m.Kind() == "user");
        Assert.True((bool)replay["isReplay"]!);
        Assert.Equal(uuid, (string?)replay["uuid"]);
        Assert.Equal("Echo: hello", messages.StreamedText());
        Assert.Equal("Echo: hello", (string?)messages[^1]["result"]);
        Assert.All(messages, m => Assert.Equal(SessionId, (string?)m["session_id"]));
        Assert.Equal(messages.Count, messages.Select(m => (string?)m["uuid"]).Distinct().Count());
    }

    [Fact]
    public async Task Turn_SentDuringAnother_RunsAfterIt()
    {
        var agent = Start();
        agent.SendUser("@slow 5 10");
        agent.SendUser("second");
        var first = await agent.ReadUntilTypeAsync("result");
        var second = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 ", first.StreamedText());
        Assert.Equal("Echo: second", second.StreamedText());
        Assert.Contains(second, m => m.Kind() == "system/init");
    }

    [Fact]
    public async Task Interrupt_DuringATurn_EndsItWithAnErrorAndTheNextOneRuns()
    {
        var agent = Start();
        agent.SendUser("@hang");
        await agent.ReadUntilAsync(m => m.Kind() == "user");
        agent.SendControl("stop-1", new JsonObject { ["subtype"] = "interrupt" });
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("success", (string?)messages.First(m => m.Kind() == "control_response")["response"]!["subtype"]);
        Assert.Equal("error_during_execution", (string?)messages[^1]["subtype"]);
        Assert.True(messages[^1].IsError());
        agent.SendUser("still there?");
        Assert.False((await agent.ReadUntilTypeAsync("result"))[^1].IsError());
    }

    [Fact]
    public async Task ApiError_InATurn_IsFollowedByAnErrorResultAndANormalTurn()
    {
        var agent = Start();
        agent.SendUser("please trigger api error");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("invalid_request", (string?)messages.Single(m => m.Kind() == "assistant")["error"]);
        Assert.Equal("Prompt is too long", (string?)messages[^1]["result"]);
        Assert.True(messages[^1].IsError());
        agent.SendUser("again");
        Assert.Equal("Echo: again", (await agent.ReadUntilTypeAsync("result")).StreamedText());
    }

    [Theory]
    [InlineData("/cost", "system/local_command_output")]
    [InlineData("/compact", "system/compact_boundary")]
    public async Task LocalCommand_AsUserText_CountsNoTurns(string command, string expected)
    {
        var agent = Start();
        agent.SendUser(command);
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Contains(messages, m => m.Kind() == expected);
        Assert.Equal(0, (int)messages[^1]["num_turns"]!);
    }

    [Fact]
    public async Task ControlRequests_BeforeAnyMessage_AreAnswered()
    {
        var agent = Start();
        agent.SendControl("1", new JsonObject { ["subtype"] = "initialize" });
        agent.SendControl("2", new JsonObject { ["subtype"] = "set_permission_mode", ["mode"] = "plan" });
        agent.SendControl("3", new JsonObject { ["subtype"] = "make_coffee" });
        var messages = await agent.ReadUntilAsync(m => (string?)m["response"]?["request_id"] == "3");

        Assert.Equal(agent.Run.Id, (int)messages[0]["response"]!["response"]!["pid"]!);
        Assert.Equal("plan", (string?)messages[1]["response"]!["response"]!["mode"]);
        Assert.Equal("plan", (string?)messages.Single(m => m.Kind() == "system/status")["permissionMode"]);
        Assert.Equal("unsupported_request", (string?)messages[^1]["response"]!["error_code"]);
    }

    [Fact]
    public async Task Subagent_InATurn_NamesTheCallItBelongsTo()
    {
        var agent = Start();
        agent.SendUser("@subagent");
        var messages = await agent.ReadUntilTypeAsync("result");

        var call = (string?)messages.First(m => m.Kind() == "assistant")["message"]!["content"]![0]!["id"];
        Assert.Contains(messages, m => m.Kind() == "content_block_delta" && (string?)m["parent_tool_use_id"] == call);
        Assert.Contains(messages, m => m.Kind() == "assistant" && (string?)m["parent_tool_use_id"] == call);
        Assert.Contains(messages, m => m.Kind() == "user" && (string?)m["parent_tool_use_id"] == call);
    }
}
