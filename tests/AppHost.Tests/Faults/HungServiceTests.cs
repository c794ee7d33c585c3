using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.AppHost.Faults;

/// <summary>One of the programs is frozen: the kernel still accepts its connections, but nothing is answered.</summary>
public sealed class HungServiceTests : OwnSystemTest
{
    // The rules of the defaults, but quicker: found within 3 s.
    private static readonly (string Name, string Value)[] QuickProbes =
    [
        ("Sidecar__Supervision__ProbeInterval", "00:00:00.5"),
        ("Sidecar__Supervision__ProbeTimeout", "00:00:00.7"),
        ("Sidecar__Supervision__FailureThreshold", "3"),
    ];

    [Fact]
    public async Task SessionApi_FrozenWithinATurn_IsReplacedAndTheTurnGoesOn()
    {
        var sidecar = await StartAsync(QuickProbes);
        var session = await sidecar.CreateSessionAsync();
        await using var before = await sidecar.ConnectAsync(session);
        await before.SendUserAsync("@slow 60 200");
        await before.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");
        var agent = await sidecar.Agents.StartedAsync(session);
        var frozen = sidecar.SessionApi;

        TestSignals.Freeze(frozen);
        await sidecar.WaitForOutputAsync("session-api hangs");
        await sidecar.WaitForOutputAsync("session-api is back");
        await using var after = await sidecar.ReconnectAsync(session);
        if (after.Frames.Only("permission_requests_snapshot")["turnActive"].GetBoolean())
        {
            // What is left of the turn comes without a hole; what came before is in the history.
            var pieces = (await after.UntilAsync("message_complete")).TextPieces().ToList();
            Assert.Equal(Enumerable.Range(201 - pieces.Count, pieces.Count).Select(i => $"w{i} "), pieces);
        }

        Assert.False(ProcFs.Exists(frozen));
        Assert.NotEqual(frozen, sidecar.SessionApi);
        Assert.True(ProcFs.Exists(agent)); // the same process with the same start time
        Assert.Equal([string.Concat(Enumerable.Range(1, 200).Select(i => $"w{i} "))], await sidecar.AssistantTextsAsync(session));
        Assert.Equal("Echo: next", (await after.RunTurnAsync("next")).AnswerText());
        Assert.Single(sidecar.Agents.StartsOf(session));
    }

    [Fact]
    public async Task Worker_FrozenWithinATurn_IsReplacedWithItsWholeTreeAndTheNextMessageWorks()
    {
        var sidecar = await StartAsync(QuickProbes);
        var session = await sidecar.CreateSessionAsync();
        await using var client = await sidecar.ConnectAsync(session);
        await client.SendUserAsync("@spawn setsid\n@slow 60 300");
        await client.WaitForAsync(frame => frame.Text("text") == "w5 ", "w5");
        var agent = await sidecar.Agents.StartedAsync(session);

        TestSignals.Freeze(sidecar.Worker);
        var frames = await client.UntilAsync("message_complete");
        await sidecar.WaitForOutputAsync("sidecar-worker is back");
        var next = await client.RunTurnAsync("next");

        frames.AssertOrder("error", "message_complete");
        Assert.Equal("Echo: next", next.AnswerText());
        Assert.False(ProcFs.Exists(agent));
        Assert.Equal(0, sidecar.Sleepers);
    }
}
