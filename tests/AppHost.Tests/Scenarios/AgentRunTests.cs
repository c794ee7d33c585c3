using Sidecar.Tests.AppHost.Harness;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Agents that run below the session's own: each on its page, in order, whatever the others say meanwhile.</summary>
public abstract class AgentRunTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Theory]
    [InlineData("complete", "status")]
    [InlineData("cancelled", "streaming_fallback", "status")]
    [InlineData("error", "error")]
    public async Task Runs_Interleaved_AreEachWholeAndEnd(string end, params string[] last)
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync($"@agent-runs {end} ann ben\nhello");

        foreach (var name in (string[])["ann", "ben"])
        {
            var run = frames.Where(frame => frame.Type == "agent_run_event" && frame.Text("runAgentId") == name).ToList();
            Assert.All(run, frame => Assert.Equal(($"{name}-1", $"{name}@team", "team"), (frame.Text("streamId"), frame.Text("targetAgentId"), frame.Text("targetAgentScopeId"))));
            var events = run.Select(frame => frame["event"]).ToList();
            string[] types = [.. events.Select(said => said.GetProperty("type").GetString()!)];
            Assert.Equal(
                [
                    "status", "content_start", "content_delta", "content_delta", "content_delta",
                    "content_start", "content_delta", "content_delta", "tool_use_complete", "tool_result", .. last,
                ],
                types);
            Assert.Equal($"{name} says hello", string.Concat(events[2..5].Select(said => said.GetProperty("text").GetString())));
            Assert.Equal($"{name}.md", events[8].GetProperty("input").GetProperty("file_path").GetString());
            Assert.Equal($"{name} has read", events[9].GetProperty("content").GetString());
            var reported = frames.Single(frame => frame.Type == "tool_use_complete" && frame.Text("parentToolUseId") == $"toolu_{name}");
            Assert.Equal($"toolu_{name}/toolu_read", reported.Text("toolUseId"));
        }

        Assert.Equal("Echo: hello", frames.AnswerText());
        Assert.DoesNotContain(frames, frame => frame.Type == "error");
    }

    [Fact]
    public async Task Run_OpenWhenItsProcessDies_EndsOnItsPage()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);

        var frames = await client.RunTurnAsync("@agent-runs open ann\n@crash");

        var run = frames.Where(frame => frame.Type == "agent_run_event").Select(frame => frame["event"].GetRawText()).ToList();
        Assert.Equal("""{"type":"status","state":"idle"}""", run[^1]);
        Assert.Single(run, said => said.Contains("idle", StringComparison.Ordinal));
        Assert.Equal("CLI_ERROR", frames.Only("error").Text("code"));
    }
}
