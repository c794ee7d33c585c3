using System.Text.Json.Nodes;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.FakeAgent;

/// <summary>With FAKE_AGENT_DEMO it answers as an agent would.</summary>
public sealed class DemoTests : AgentTest
{
    private string Target => Folder["work", "sidecar-demo.md"];

    [Theory]
    [InlineData("hello there", "| `make a plan` |")]
    [InlineData("Make a PLAN for it, then change it", "| In place | small | low |")]
    [InlineData("explain", "scripted agent")]
    public async Task Text_Any_IsAnsweredInMarkdownWordByWord(string text, string part)
    {
        var agent = StartDemo();
        agent.SendUser(text);

        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Contains(part, messages.StreamedText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Echo", messages.StreamedText(), StringComparison.Ordinal);
        Assert.True(messages.Count(message => message.StreamedTextOf() is not null) > 30);
        Assert.Equal(messages.StreamedText(), (string?)messages[^1]["result"]);
    }

    [Fact]
    public async Task Change_Allowed_WritesItsFileAndThenEditsIt()
    {
        var agent = StartDemo();
        agent.SendUser("Please write a note.");
        var write = await DecideAsync(agent, new JsonObject { ["behavior"] = "allow" });
        var written = await File.ReadAllTextAsync(Target);
        agent.SendUser("Now fix it.");
        var edit = await DecideAsync(agent, new JsonObject { ["behavior"] = "allow" });
        var edited = await File.ReadAllTextAsync(Target);

        Assert.Equal(("Write", Target), ((string?)write["tool_name"], (string?)write["input"]!["file_path"]));
        Assert.Equal((string?)write["input"]!["content"], written);
        Assert.Equal("Edit", (string?)edit["tool_name"]);
        Assert.Equal(written.Replace((string)edit["input"]!["old_string"]!, (string)edit["input"]!["new_string"]!, StringComparison.Ordinal), edited);
        Assert.Contains('\n', (string)edit["input"]!["new_string"]!);
    }

    [Fact]
    public async Task Change_Denied_SaysThatNothingHasChanged()
    {
        var agent = StartDemo();
        agent.SendUser("write a note");
        var request = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        agent.Decide(request, new JsonObject { ["behavior"] = "deny", ["message"] = "no" });

        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Contains("nothing has been changed", messages.StreamedText(), StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Ask_Answered_RepeatsTheAnswer()
    {
        var agent = StartDemo();
        agent.SendUser("ask me something");
        var request = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        Assert.Equal("AskUserQuestion", (string?)request["request"]!["tool_name"]);
        var input = request["request"]!["input"]!.DeepClone();
        input["answers"] = new JsonObject { ["Which way shall I go?"] = "Anew" };
        agent.Decide(request, new JsonObject { ["behavior"] = "allow", ["updatedInput"] = input });

        Assert.Contains("Which way shall I go? **Anew**", (await agent.ReadUntilTypeAsync("result")).StreamedText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_Interrupted_EndsAtOnce()
    {
        var agent = StartDemo();
        agent.SendUser("a long answer");
        await agent.ReadUntilAsync(message => message.StreamedTextOf() == "about ");
        agent.SendControl("stop-1", new JsonObject { ["subtype"] = "interrupt" });

        Assert.Equal("error_during_execution", (string?)(await agent.ReadUntilTypeAsync("result"))[^1]["subtype"]);
    }

    [Fact]
    public async Task Fail_IsAnErrorOfTheApi()
    {
        var agent = StartDemo();
        agent.SendUser("fail");

        Assert.True((await agent.ReadUntilTypeAsync("result"))[^1].IsError());
    }

    [Fact]
    public async Task Directive_InADemo_ActsAsElsewhere()
    {
        var agent = StartDemo();
        agent.SendUser("@silence 1\nhello");

        Assert.Equal("Echo: hello", (await agent.ReadUntilTypeAsync("result")).StreamedText());
    }

    private AgentConversation StartDemo() => Start(("FAKE_AGENT_DEMO", "1"), ("FAKE_AGENT_STREAM_DELAY_MS", "0"));

    private static async Task<JsonNode> DecideAsync(AgentConversation agent, JsonObject decision)
    {
        var request = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        agent.Decide(request, decision);
        Assert.False((await agent.ReadUntilTypeAsync("result"))[^1].IsError());
        return request["request"]!;
    }
}
