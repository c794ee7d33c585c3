using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Faults;

/// <summary>One of the programs is killed, as the kernel does when memory is short.</summary>
public sealed class ServiceCrashTests : OwnSystemTest
{
    [Fact]
    public async Task SessionApi_KilledWithinATurn_TheTurnGoesOnForWhoComesBack()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        IReadOnlyList<string> said = [.. Words(1, 50), "rest#1 ", "rest#2 ", "rest#3 "];
        await before.SendUserAsync($"@slow 60 50\n@until {session.File("go")}\n@count rest 0 3");
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");
        var agent = await sidecar.Agents.StartedAsync(session);

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        await File.WriteAllTextAsync(session.File("go"), "");
        var frames = await after.UntilAsync("message_complete");
        await after.PingAsync();

        Assert.True(after.Frames.Only("permission_requests_snapshot")["turnActive"].GetBoolean());
        var pieces = frames.TextPieces().ToList();
        Assert.NotEmpty(pieces);
        Assert.Equal(said.TakeLast(pieces.Count), pieces);
        Assert.Equal(1, after.Frames.Count("message_complete"));
        Assert.DoesNotContain(after.Frames, frame => frame.Type == "error");
        Assert.Equal([string.Concat(said)], await sidecar.AssistantTextsAsync(session));
        await after.RunTurnAsync("next");
        Assert.Equal(agent.Id, Assert.Single(sidecar.Agents.StartsOf(session)).ProcessId);
        Assert.True(ProcFs.Exists(agent));
    }

    [Fact]
    public async Task SessionApi_KilledWithinATurn_AClientThatResumesGetsEveryFrameOnce()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session, after: "");
        await before.SendAsync("user_message", ("content", "@slow 60 100"), ("id", "m1"));
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session, before.Frames.Numbered()[^1].Place());
        await after.SendAsync("user_message", ("content", "@slow 60 100"), ("id", "m1")); // it cannot know whether it arrived
        await after.WaitForAsync("completed");
        await after.PingAsync();

        Assert.DoesNotContain(after.Frames, frame => frame.Type is "gap" or "error");
        var frames = before.Frames.Concat(after.Frames).ToList();
        Assert.Equal(Words(1, 100), frames.TextPieces());
        Assert.Equal(1, frames.Count("message_complete"));
        Assert.Equal(frames.Numbered().Count, frames.Numbered().DistinctBy(frame => frame.Place()).Count());
        Assert.Equal([string.Concat(Words(1, 100))], await sidecar.AssistantTextsAsync(session));
    }

    [Fact]
    public async Task SessionApi_KilledInALongRun_AClientThatResumesGetsEveryFrameOnce()
    {
        var sidecar = await StartAsync(("Sidecar__Agent__RetainedBytes", "65536"));
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session, after: "");
        await before.RunTurnAsync("@count long 0 200 1000"); // of the run's beginning nothing is kept
        await before.RunTurnAsync("@count short 0 3");
        await before.SendUserAsync($"@slow 60 50\n@until {session.File("go")}\n@count rest 0 3");
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session, before.Frames.Numbered()[^1].Place());
        await File.WriteAllTextAsync(session.File("go"), "");
        await after.WaitForAsync("message_complete");
        await after.PingAsync();

        Assert.DoesNotContain(after.Frames, frame => frame.Type is "gap" or "error");
        var frames = before.Frames.Concat(after.Frames).ToList();
        Assert.Equal([.. Words(1, 50), "rest#1 ", "rest#2 ", "rest#3 "], frames.TextPieces().Where(piece => piece[0] is 'w' or 'r'));
        Assert.Equal(frames.Numbered().Count, frames.Numbered().DistinctBy(frame => frame.Place()).Count());
    }

    [Fact]
    public async Task SessionApi_KilledInATurnWhoseBeginningIsNotKept_AClientThatResumesIsToldAndGetsTheRest()
    {
        var sidecar = await StartAsync(("Sidecar__Agent__RetainedBytes", "65536"));
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session, after: "");
        await before.SendUserAsync($"@count long 0 200 1000\n@slow 60 50\n@until {session.File("go")}\n@count rest 0 3");
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session, before.Frames.Numbered()[^1].Place());
        await File.WriteAllTextAsync(session.File("go"), "");
        await after.WaitForAsync("message_complete");

        Assert.Equal("running", after.Frames.First(frame => frame.Type == "gap").Text("turnState"));
        var pieces = after.Frames.TextPieces().ToList();
        Assert.NotEmpty(pieces);
        Assert.Equal(Words(1, 50).Concat(["rest#1 ", "rest#2 ", "rest#3 "]).TakeLast(pieces.Count), pieces);
    }

    [Fact]
    public async Task SessionApi_KilledShortlyBeforeATurnEnds_TheTurnEndsOnce()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        await before.SendUserAsync("@slow 40 10");
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        if (after.Frames.Only("permission_requests_snapshot")["turnActive"].GetBoolean())
        {
            await after.WaitForAsync("message_complete"); // the machine was quick, or the agent slow
        }

        Assert.Equal("idle", await after.TurnStateAsync());
        Assert.Equal([string.Concat(Words(1, 10))], await sidecar.AssistantTextsAsync(session));
        Assert.Equal("Echo: next", (await after.RunTurnAsync("next")).AnswerText());
        Assert.Single(sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task SessionApi_KilledWhileAPermissionIsAsked_AsksAgainAndCompletesTheTurn()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        await before.SendUserAsync(Prompts.Write(session.File("late.txt"), "written"));
        var asked = await before.WaitForAsync("permission_request");

        TestSignals.Kill(sidecar.SessionApi);
        await before.EndedAsync();
        await using var after = await sidecar.ReconnectAsync(session);
        var replayed = after.Frames.Only("permission_request");
        await after.AnswerAsync(replayed, allowed: true);
        var frames = await after.UntilAsync("message_complete");

        Assert.Equal(asked.Json.GetRawText(), replayed.Json.GetRawText());
        Assert.False(frames.Only("tool_result")["isError"].GetBoolean());
        Assert.Equal("written", await File.ReadAllTextAsync(session.File("late.txt")));
        Assert.Single(sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Worker_KilledWithinATurn_TheTurnEndsWithAnErrorAndTheNextMessageWorks()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendUserAsync("@spawn setsid\n@slow 60 200");
        await client.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");
        var agent = await sidecar.Agents.StartedAsync(session);

        TestSignals.Kill(sidecar.Worker);
        var frames = await client.UntilAsync("message_complete");
        var next = await client.RunTurnAsync("next");

        frames.AssertOrder("error", "message_complete");
        Assert.Equal("Echo: next", next.AnswerText());
        Assert.Single(client.Frames, frame => frame.Type == "error");
        Assert.Equal(2, client.Frames.Count("message_complete"));
        Assert.False(ProcFs.Exists(agent));
        Assert.Equal(0, sidecar.Sleepers);
        Assert.Equal([false, true], sidecar.Agents.StartsOf(session).Select(start => start.Resume));
        await sidecar.WaitForOutputAsync("sidecar-worker is back");
    }

    [Fact]
    public async Task AppHost_Killed_TakesEverythingWithIt()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendUserAsync("@spawn setsid\n@spawn double-fork\n@hang");
        await WaitFor.True(() => sidecar.Sleepers == 2, TimeSpan.FromSeconds(15), "the agent's two children");

        sidecar.Kill();

        await WaitFor.True(() => sidecar.Processes.Count == 0, TimeSpan.FromSeconds(10), "the end of all processes");
    }

    [Fact]
    public async Task AppHostAndWorker_KilledTogether_TheNextStartEndsWhatTheyLeft()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendUserAsync("@spawn setsid\n@spawn double-fork\n@hang");
        await WaitFor.True(() => sidecar.Sleepers == 2, TimeSpan.FromSeconds(15), "the agent's two children");

        var worker = sidecar.Worker;
        sidecar.Kill();
        TestSignals.Kill(worker);
        await StartAsync();

        await WaitFor.True(() => sidecar.Processes.Count == 0, TimeSpan.FromSeconds(10), "the end of all processes of the first system");
    }

    [Fact]
    public async Task AppHost_KilledWhileAServiceIsFrozen_TheNextStartGetsThePortBack()
    {
        var sidecar = await StartAsync();
        var frozen = sidecar.SessionApi;

        TestSignals.Freeze(frozen);
        sidecar.Kill();
        var next = await StartAsync(("Sidecar__Port", $"{sidecar.Port}"));

        Assert.False(ProcFs.Exists(frozen));
        Assert.Contains("that an earlier AppHost had left behind", next.Output, StringComparison.Ordinal);
        await WaitFor.True(() => sidecar.Processes.Count == 0, TimeSpan.FromSeconds(10), "the end of all processes of the first system");
    }

    [Fact]
    public async Task AppHost_KilledWhileTheWorkerIsFrozen_TheNextStartEndsWhatTheyLeft()
    {
        var sidecar = await StartAsync();
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendUserAsync("@spawn setsid\n@spawn double-fork\n@hang");
        await WaitFor.True(() => sidecar.Sleepers == 2, TimeSpan.FromSeconds(15), "the agent's two children");

        // It does not hear the kernel's request to stop, which its AppHost's death brings.
        TestSignals.Freeze(sidecar.Worker);
        sidecar.Kill();
        var left = sidecar.Processes;
        var next = await StartAsync(("CLAUDE_CONFIG_DIR", sidecar.Config), ("HOME", sidecar.Folder["home"]));

        await WaitFor.True(() => !left.Any(ProcFs.Exists), TimeSpan.FromSeconds(10), "the end of all processes of the first system");
        await next.StopAsync();
        sidecar.AssertNothingLeft();
    }

    /// <summary>What "@slow" says.</summary>
    private static IEnumerable<string> Words(int first, int count) => Enumerable.Range(first, count).Select(i => $"w{i} ");
}
