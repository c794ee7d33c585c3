using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.RealCli;

/// <summary>
/// The whole path with the real Claude Code CLI, where <c>SIDECAR_TEST_CLAUDE</c> names its executable. Its model is a stub on this machine;
/// nothing leaves it.
/// </summary>
public sealed class RealCliTests
{
    private const string Variable = "SIDECAR_TEST_CLAUDE";

    [Fact]
    public async Task RealCli_TurnsToolModeAndModelChange_WorkOnOneSession()
    {
        var cli = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(File.Exists(cli), $"{Variable} does not name the executable of Claude Code.");
        await using var model = await ModelStub.StartAsync();
        await using var sidecar = await SidecarSystem.StartAsync(
            ("Sidecar__Agent__Command", cli),
            ("ANTHROPIC_BASE_URL", model.Address),
            ("ANTHROPIC_API_KEY", "no-key-is-needed"),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"));
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);

        // The first message of a session whose placeholder exists: the CLI must get its id.
        var first = await client.RunTurnAsync("hello");
        Assert.Equal(ModelStub.Sentence, first.AnswerText());

        await client.SendUserAsync(ModelStub.WritePrompt(session.File("made.txt")));
        await client.AnswerAsync(await client.WaitForAsync("permission_request"), allowed: true);
        var tool = await client.UntilAsync("message_complete");
        Assert.False(tool.Only("tool_result")["isError"].GetBoolean());
        Assert.Equal("written by the model", await File.ReadAllTextAsync(session.File("made.txt")));

        await client.SendAsync("set_permission_mode", ("mode", "plan"));
        Assert.Equal("plan", (await client.WaitForAsync("permission_mode_changed")).Text("mode"));

        // Another model means another process that resumes the transcript.
        await client.SendAsync("set_runtime_config", ("providerId", null), ("modelId", "claude-sonnet-4-5"));
        await client.WaitForAsync("runtime_config_applied");
        var last = await client.RunTurnAsync("and once more");
        Assert.Equal(ModelStub.Sentence, last.AnswerText());

        Assert.Equal(3, (await sidecar.AssistantTextsAsync(session)).Count(text => text == ModelStub.Sentence));
    }
}
