using Sidecar.ServiceDefaults.Bounds;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Agents;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class PermissionTests
{
    private const string Suggestion = """{"type":"addRules","rules":[{"toolName":"Bash","ruleContent":"ls:*"}],"behavior":"allow","destination":"localSettings"}""";

    private static Bound Bound => new("live.prompts", "{prompt}", "Prompts.", 1000);

    private static readonly PermissionPrompt Bash = Prompt(
        $$"""{"subtype":"can_use_tool","tool_name":"Bash","tool_use_id":"t1","input":{"command":"ls \ud800"},"description":"List","permission_suggestions":[{{Suggestion}},5]}""");

    [Fact]
    public void Prompt_OfARequest_IsShownWithItsMembers()
    {
        Assert.Equal(
            """{"type":"permission_request","requestId":"r1","toolName":"Bash","toolUseId":"t1","input":{"command":"ls \ud800"},"description":"List"}""",
            Bash.Frame.Text());
        Assert.Equal(
            """{"type":"permission_request","requestId":"r1","toolName":"Bash","input":{}}""",
            Prompt("""{"tool_name":"Bash","input":{}}""").Frame.Text());
    }

    [Fact]
    public void Prompts_AnsweredOnce_AreGone()
    {
        var prompts = new PermissionPrompts(256, Bound);
        prompts.Add(Bash);
        prompts.Add(Bash with { RequestId = "r2" });

        Assert.Same(Bash, prompts.Take("r1"));
        Assert.Null(prompts.Take("r1"));
        Assert.Equal(["r2"], prompts.TakeAll().Select(prompt => prompt.RequestId));
        Assert.Equal(0, prompts.Count);
    }

    [Fact]
    public void Prompts_SameIdAgain_ReplacesTheEarlierOne()
    {
        var prompts = new PermissionPrompts(256, Bound);
        prompts.Add(Bash);
        prompts.Add(Bash with { ToolName = "Write" });

        Assert.Equal(["Write"], prompts.All.Select(prompt => prompt.ToolName));
    }

    [Fact]
    public void Prompts_TooMany_WithdrawTheOldest()
    {
        var bound = Bound;
        var prompts = new PermissionPrompts(256, bound);
        for (var i = 0; i < 256; i++)
        {
            Assert.Null(prompts.Add(Bash with { RequestId = $"r{i}" }));
        }

        Assert.Equal("r0", prompts.Add(Bash with { RequestId = "new" })!.RequestId);
        Assert.Equal((256, "r1", 256), (prompts.Count, prompts.All.First().RequestId, bound.Used));
        prompts.Take("r1");
        prompts.TakeAll();
        Assert.Equal(0, bound.Used);
    }

    [Theory]
    [InlineData("""{"allowed":true}""", """{"behavior":"allow","updatedInput":{"command":"ls \ud800"}}""")]
    [InlineData("""{"allowed":true,"updatedInput":{"command":"pwd"}}""", """{"behavior":"allow","updatedInput":{"command":"pwd"}}""")]
    [InlineData("""{"allowed":true,"updatedInput":"no object"}""", """{"behavior":"allow","updatedInput":{"command":"ls \ud800"}}""")]
    [InlineData(
        """{"allowed":true,"rule":"always"}""",
        """{"behavior":"allow","updatedInput":{"command":"ls \ud800"},"updatedPermissions":[{"type":"addRules","rules":[{"toolName":"Bash","ruleContent":"ls:*"}],"behavior":"allow","destination":"session"}]}""")]
    [InlineData(
        """{"allowed":true,"rule":"always","permissionUpdates":[{"type":"setMode","mode":"plan"}]}""",
        """{"behavior":"allow","updatedInput":{"command":"ls \ud800"},"updatedPermissions":[{"type":"setMode","mode":"plan"}]}""")]
    [InlineData(
        """{"allowed":false}""",
        """{"behavior":"deny","message":"The user did not allow this tool use. Do not try it again in the same way; ask what to do instead."}""")]
    [InlineData(
        """{"allowed":false,"denyMessage":"use \"rg\""}""",
        """{"behavior":"deny","message":"The user did not allow this tool use and said: use \"rg\""}""")]
    [InlineData(
        """{"allowed":false,"rule":"always","updatedInput":{}}""",
        """{"behavior":"deny","message":"The user did not allow this tool use. Do not try it again in the same way; ask what to do instead."}""")]
    public void Answer_OfAClient_IsTheAgentsForm(string response, string decision) => Assert.Equal(
        $$$"""{"type":"control_response","response":{"subtype":"success","request_id":"r1","response":{{{decision}}}}}""",
        PermissionAnswer.Read(JsonFrames.Parse(response)).ToMessage(Bash).GetRawText());

    [Theory]
    [InlineData("""{"tool_name":"Write","input":{}}""")]
    [InlineData("""{"tool_name":"Write","input":{},"permission_suggestions":[]}""")]
    [InlineData("""{"tool_name":"Write","input":{},"permission_suggestions":["x"]}""")]
    public void AllowAlways_WithoutSuggestions_IsARuleForTheTool(string request) => Assert.Contains(
        """ "updatedPermissions":[{"type":"addRules","rules":[{"toolName":"Write"}],"behavior":"allow","destination":"session"}] """.Trim(),
        PermissionAnswer.Read(JsonFrames.Parse("""{"allowed":true,"rule":"always"}""")).ToMessage(Prompt(request)).GetRawText(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("ExitPlanMode", "keep planning")]
    [InlineData("AskUserQuestion", "did not answer the question")]
    public void Deny_OfASpecialTool_TellsWhatToDo(string tool, string part)
    {
        var prompt = Prompt($$$"""{"tool_name":"{{{tool}}}","input":{}}""");

        Assert.Contains(part, Denied("""{"allowed":false}""", prompt), StringComparison.Ordinal);
        Assert.EndsWith("said: later", Denied("""{"allowed":false,"denyMessage":"later"}""", prompt), StringComparison.Ordinal);
    }

    private static string Denied(string response, PermissionPrompt prompt) => PermissionAnswer.Read(JsonFrames.Parse(response)).ToMessage(prompt)
        .GetProperty("response").GetProperty("response").GetProperty("message").GetString()!;

    private static PermissionPrompt Prompt(string request) => PermissionPrompt.Of("r1", JsonFrames.Parse(request));
}
