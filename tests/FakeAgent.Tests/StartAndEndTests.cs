using System.Text.Json.Nodes;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.FakeAgent;

public sealed class StartAndEndTests : AgentTest
{
    [Fact]
    public async Task SessionId_WithAFileOfThatName_IsInUse()
    {
        var project = new string([.. Folder["work"].Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        Folder.CreateFolder("config", "projects", project);
        await File.WriteAllTextAsync(Folder["config", "projects", project, SessionId + ".jsonl"], string.Empty);
        var agent = Start();

        Assert.Equal(1, await agent.ExitAsync());
        Assert.Contains($"Session ID {SessionId} is already in use.", await agent.StandardError);
    }

    [Fact]
    public async Task Resume_WithoutAConversation_FailsWithAResult()
    {
        var agent = Start(resume: true, []);

        Assert.Equal("error_during_execution", (string?)(await agent.ReadUntilTypeAsync("result"))[^1]["subtype"]);
        Assert.Equal(1, await agent.ExitAsync());
        Assert.Contains("No conversation found with session ID", await agent.StandardError);
    }

    [Fact]
    public async Task Option_Unknown_IsRefused()
    {
        var agent = Start(false, ["--teleport"]);

        Assert.Equal(1, await agent.ExitAsync());
        Assert.Contains("--teleport", await agent.StandardError);
    }

    [Fact]
    public async Task Input_ClosedDuringATurn_FinishesTheTurnFirst()
    {
        var agent = Start();
        agent.SendUser("@slow 5 20");
        await agent.ReadUntilAsync(m => m.Kind() == "user");
        agent.CloseInput();

        Assert.False((await agent.ReadUntilTypeAsync("result"))[^1].IsError());
        Assert.Equal(0, await agent.ExitAsync());
    }

    [Fact]
    public async Task Sigterm_DuringATurn_EndsWith143()
    {
        var agent = Start();
        agent.SendUser("@hang");
        await agent.ReadUntilAsync(m => m.Kind() == "user");
        TestSignals.Terminate(agent.Run);

        Assert.Equal(143, await agent.ExitAsync());
    }

    [Fact]
    public async Task Sigterm_Ignored_LeavesTheConversationGoing()
    {
        var agent = Start(("FAKE_AGENT_IGNORE_SIGTERM", "1"));
        agent.SendControl("ready", new JsonObject { ["subtype"] = "initialize" });
        await agent.ReadUntilTypeAsync("control_response");
        TestSignals.Terminate(agent.Run);
        agent.SendUser("still there?");

        Assert.Equal("Echo: still there?", (await agent.ReadUntilTypeAsync("result")).StreamedText());
    }

    [Fact]
    public async Task Crash_WithinTheText_LeavesATurnWithoutResult()
    {
        var agent = Start();
        agent.SendUser("@crash\nhello");
        await agent.ReadUntilAsync(m => m.StreamedTextOf() == "Echo");

        Assert.Equal(3, await agent.ExitAsync());
        Assert.Null(await agent.ReadLineAsync());
        Assert.Contains("fatal", await agent.StandardError);
    }

    [Fact]
    public async Task Log_OfTwoLaunches_HasEachStartAndInput()
    {
        var log = ("FAKE_AGENT_LOG", Folder["agents.log"]);
        var first = Start(log);
        first.SendUser("one");
        await first.ReadUntilTypeAsync("result");
        first.CloseInput();
        await first.ExitAsync();
        var second = Start(resume: true, [], log);
        second.CloseInput();
        await second.ExitAsync();

        var entries = (await File.ReadAllLinesAsync(Folder["agents.log"])).Select(l => JsonNode.Parse(l)!.AsObject()).ToList();
        Assert.Equal(["start", "input", "start"], entries.Select(e => (string)e["event"]!));
        Assert.Equal([false, true], entries.Where(e => (string?)e["event"] == "start").Select(e => (bool)e["resume"]!));
        Assert.Equal(second.Run.Id, (int)entries[^1]["pid"]!);
    }
}
