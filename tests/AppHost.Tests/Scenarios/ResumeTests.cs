using System.Net;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Scenarios;

/// <summary>Clients that ask for numbered frames, break off and come back.</summary>
public abstract class ResumeTests(SharedSystem shared)
{
    private SidecarSystem Sidecar => shared.System;

    [Fact]
    public async Task Resume_WithinATurn_GivesEveryFrameOnce()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var whole = await Sidecar.ConnectAsync(session, after: "");
        await using var broken = await Sidecar.ConnectAsync(session, after: "");
        await broken.SendUserAsync("@slow 20 60");
        var place = (await broken.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5")).Place();
        await broken.DisposeAsync();

        await whole.WaitForAsync(frame => frame.Text("text") == "w20 ", "w20");
        await using var resumed = await Sidecar.ConnectAsync(session, place);
        await resumed.WaitForAsync("message_complete");
        await whole.WaitForAsync("message_complete");

        var before = broken.Frames.Numbered().TakeWhile(frame => frame.Place() != place).ToList();
        Assert.Equal(
            whole.Frames.Numbered().ThroughTheTurn().Select(frame => frame.ToString()),
            [
                .. before.Select(frame => frame.ToString()),
                broken.Frames.Numbered()[before.Count].ToString(),
                .. resumed.Frames.Numbered().ThroughTheTurn().Select(frame => frame.ToString()),
            ]);
        Assert.DoesNotContain(resumed.Frames, frame => frame.Type == "gap");
    }

    [Fact]
    public async Task Join_WithinATurn_GivesItFromItsBeginning()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var whole = await Sidecar.ConnectAsync(session, after: "");
        await whole.RunTurnAsync("before");
        await whole.SendUserAsync("@slow 20 30");
        await whole.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");

        await using var joined = await Sidecar.ConnectAsync(session, after: "turn");
        await joined.WaitForAsync("message_complete");
        await whole.WaitForAsync("message_complete");

        var start = joined.Frames.Only("connected").Place();
        Assert.Equal(
            whole.Frames.Numbered().SkipWhile(frame => frame.Place() != start).Skip(1).ThroughTheTurn().Select(frame => frame.ToString()),
            joined.Frames.Numbered().ThroughTheTurn().Select(frame => frame.ToString()));
        Assert.Equal("@slow 20 30", joined.Frames.Only("user_message_replay").Text("content"));
        Assert.DoesNotContain(joined.Frames, frame => frame.Type == "gap");
    }

    [Fact]
    public async Task Join_WithinATurnThatWaitedForAnother_GivesNothingOfThatOne()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session, after: "");
        await client.SendUserAsync("@slow 10 20");
        await client.WaitForAsync("content_delta");
        await client.SendUserAsync("@slow 20 100");
        await client.WaitForAsync(frame => frame.Type == "user_message_replay" && frame.Text("content") == "@slow 20 100", "the second turn");

        await using var joined = await Sidecar.ConnectAsync(session, after: "turn");
        await joined.WaitForAsync("message_complete");

        Assert.Equal("@slow 20 100", joined.Frames.Only("user_message_replay").Text("content"));
        Assert.Equal(1, joined.Frames.Count("message_complete"));
    }

    [Fact]
    public async Task Join_WhenNoTurnIsOpen_GivesNothingOfTheLastOne()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var first = await Sidecar.ConnectAsync(session, after: "");
        await first.RunTurnAsync("before");

        await using var joined = await Sidecar.ConnectAsync(session, after: "turn");

        Assert.Empty(joined.Frames.Numbered());
    }

    [Fact]
    public async Task Resume_PlaceThatIsNotKept_IsToldAndTheStreamGoesOn()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session, after: "0123456789abcdef.17");

        var gap = client.Frames.Only("gap");
        Assert.Equal(("0123456789abcdef.17", "idle"), (gap.Text("requested"), gap.Text("turnState")));
        Assert.Equal("Echo: on", (await client.RunTurnAsync("on")).AnswerText());
    }

    [Fact]
    public async Task Resume_PlaceOfTheWrongForm_IsRefusedBeforeTheSocketOpens()
    {
        var answer = await Sidecar.Http.GetAsync($"/ws/{Guid.NewGuid()}?after=nonsense");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task UserMessage_WithId_IsAcceptedAndCompletedForThoseWhoAskedOnly()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session, after: "");
        await using var plain = await Sidecar.ConnectAsync(session);

        await client.SendAsync("user_message", ("content", "hello"), ("id", "m1"));
        await client.WaitForAsync("completed");
        await plain.WaitForAsync("message_complete");
        await plain.PingAsync();

        Assert.Equal("m1", client.Frames.Only("accepted").Text("id"));
        Assert.Equal("completed", client.Frames.Only("completed").Text("outcome"));
        Assert.Equal(["accepted", "message_complete", "completed"], client.Frames.Select(frame => frame.Type).Where(type => type is "accepted" or "message_complete" or "completed"));
        Assert.DoesNotContain(plain.Frames, frame => frame.Type is "accepted" or "completed" || frame.Json.TryGetProperty("seq", out _));
    }

    [Fact]
    public async Task UserMessage_SentAgain_RunsOnce()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session, after: "");
        await client.SendAsync("user_message", ("content", "@slow 10 20"), ("id", "m1"));
        await client.WaitForAsync("accepted");
        await using var again = await Sidecar.ConnectAsync(session, after: "");

        await again.SendAsync("user_message", ("content", "@slow 10 20"), ("id", "m1"));
        await again.WaitForAsync("accepted");
        await again.WaitForAsync("completed");
        await again.SendAsync("user_message", ("content", "@slow 10 20"), ("id", "m1"));
        await again.WaitForAsync("completed");
        await client.WaitForAsync("completed");
        await client.RunTurnAsync("next");

        Assert.Equal(2, client.Frames.Count("message_complete"));
    }

    [Fact]
    public async Task UserMessage_SentAgainAfterItsRunIsForgotten_IsKnownByTheTranscript()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session, after: "");
        await client.SendAsync("user_message", ("content", "only once"), ("id", "m1"));
        var place = (await client.WaitForAsync("completed")).Place();
        await client.LeaveAsync();
        TestSignals.Kill(await Sidecar.Agents.StartedAsync(session));
        await WaitFor.True(() => IsForgottenAsync(session, place), TimeSpan.FromSeconds(30), "the end of the live session");
        var texts = await Sidecar.AssistantTextsAsync(session);

        await using var later = await Sidecar.ConnectAsync(session, after: "");
        await later.SendAsync("user_message", ("content", "only once"), ("id", "m1"));
        await later.WaitForAsync("completed");

        Assert.Equal(texts, await Sidecar.AssistantTextsAsync(session));
        Assert.Single(Sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task UserMessage_StoppedTurn_IsCompletedAsStopped()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session, after: "");
        await client.SendAsync("user_message", ("content", "@slow 50 200"), ("id", "m1"));
        await client.WaitForAsync("content_delta");

        await client.SendAsync("stop_generation");

        Assert.Equal("stopped", (await client.WaitForAsync("completed")).Text("outcome"));
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("7")]
    public async Task UserMessage_WithWrongId_IsRefused(string id)
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session, after: "");

        await client.SendTextAsync($$"""{"type":"user_message","content":"x","id":{{id}}}""");

        var error = await client.WaitForAsync("error");
        Assert.Equal("PARSE_ERROR", error.Text("code"));
        Assert.Contains("\"id\"", error.Text("message"), StringComparison.Ordinal);
    }

    private async Task<bool> IsForgottenAsync(Session session, string place)
    {
        await using var client = await Sidecar.ConnectAsync(session, place);
        await client.LeaveAsync();
        return client.Frames.Count("gap") > 0;
    }
}
