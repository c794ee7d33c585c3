using System.Text.Json.Nodes;

namespace Sidecar.Tests.FakeAgent;

public sealed class PermissionTests : AgentTest
{
    private const string WriteHello =
        """MOCK_TOOL {"tool":"Write","input":{"file_path":"out.txt"},"write":{"path":"out.txt","content":"hello"}}""";

    private string Target => Folder["work", "out.txt"];

    [Fact]
    public async Task Tool_Allowed_WritesTheFileOnlyThen()
    {
        var agent = Start();
        agent.SendUser(WriteHello);
        var request = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        Assert.Equal("Write", (string?)request["request"]!["tool_name"]);
        Assert.False(File.Exists(Target));

        agent.Decide(request, new JsonObject { ["behavior"] = "allow", ["updatedInput"] = new JsonObject() });
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("control_response", messages[0].Kind()); // our answer, echoed
        Assert.False(messages.ToolResult().IsError());
        Assert.False(messages[^1].IsError());
        Assert.Equal("hello", await File.ReadAllTextAsync(Target));
    }

    [Fact]
    public async Task Tool_Denied_IsAnErrorToTheModelAndTheTurnGoesOn()
    {
        var agent = Start();
        agent.SendUser(WriteHello);
        var request = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        agent.Decide(request, new JsonObject { ["behavior"] = "deny", ["message"] = "rather not" });
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.True(messages.ToolResult().IsError());
        Assert.Equal("rather not", (string?)messages.ToolResult()["content"]);
        Assert.False(messages[^1].IsError());
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Tool_FailsWithoutBeingAsked_ReportsTheExitCode()
    {
        var agent = Start(false, ["--permission-mode", "acceptEdits"]);
        agent.SendUser("""MOCK_TOOL {"tool":"Bash","input":{"command":"false"},"fail":"it broke"}""");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.DoesNotContain(messages, m => m.Kind() == "control_request");
        Assert.True(messages.ToolResult().IsError());
        Assert.Contains("exit code 1: it broke", (string?)messages.ToolResult()["content"]);
    }

    [Fact]
    public async Task Tools_SideBySide_AskBeforeTheFirstAnswer()
    {
        var agent = Start();
        agent.SendUser("""MOCK_TOOLS [{"tool":"Write"},{"tool":"Bash"}]""");
        var first = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        var second = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        Assert.Equal(["Bash", "Write"], new[] { first, second }.Select(r => (string)r["request"]!["tool_name"]!).Order());

        agent.Decide(second, new JsonObject { ["behavior"] = "allow" });
        agent.Decide(first, new JsonObject { ["behavior"] = "allow" });
        Assert.False((await agent.ReadUntilTypeAsync("result"))[^1].IsError());
    }

    [Fact]
    public async Task Interrupt_WhileAQuestionIsOpen_WithdrawsIt()
    {
        var agent = Start();
        agent.SendUser(WriteHello);
        var request = (await agent.ReadUntilTypeAsync("control_request"))[^1];
        agent.SendControl("stop-1", new JsonObject { ["subtype"] = "interrupt" });
        var messages = await agent.ReadUntilTypeAsync("result");

        var withdrawn = messages.Single(m => m.Kind() == "control_cancel_request");
        Assert.Equal((string?)request["request_id"], (string?)withdrawn["request_id"]);
        Assert.True(messages[^1].IsError());
    }
}
