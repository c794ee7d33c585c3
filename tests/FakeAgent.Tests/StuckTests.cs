using System.Text.Json.Nodes;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.FakeAgent;

/// <summary>Agents that stop answering, take too much or refuse to end.</summary>
public sealed class StuckTests : AgentTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Freeze_Thawed_GoesOnWithTheTurn()
    {
        var agent = Start();
        agent.SendUser("@freeze\nhello");
        await WaitFor.True(() => ProcFs.StateOf(agent.Run.Id) == "T", Deadline, "a stopped process");

        TestSignals.Thaw(agent.Run);

        Assert.Equal("Echo: hello", (string?)(await agent.ReadUntilTypeAsync("result"))[^1]["result"]);
    }

    [Theory]
    [InlineData("@spin", true)]
    [InlineData("@deadlock", false)]
    public async Task StuckTurn_AskedAndInterrupted_SaysNothing(string directive, bool usesProcessor)
    {
        var agent = Start();
        agent.SendUser(directive);
        await agent.ReadUntilTypeAsync("user");
        var before = ProcFs.ProcessorTime(agent.Run.Id);
        agent.SendControl("ask", new JsonObject { ["subtype"] = "mcp_status" });
        agent.SendControl("stop", new JsonObject { ["subtype"] = "interrupt" });
        if (usesProcessor)
        {
            await WaitFor.True(() => ProcFs.ProcessorTime(agent.Run.Id) - before > TimeSpan.FromSeconds(1), Deadline, "a second of work");
        }

        agent.CloseInput();
        TestSignals.Terminate(agent.Run);

        Assert.Equal(143, await agent.ExitAsync()); // of SIGTERM: the end of stdin did not end it
        Assert.Null(await agent.ReadLineAsync());
    }

    [Fact]
    public async Task Leak_OfSomeMegabytes_HoldsThemAndAnswers()
    {
        var agent = Start();
        agent.SendUser("before");
        await agent.ReadUntilTypeAsync("result");
        var before = ProcFs.ResidentBytes(agent.Run.Id);
        var started = TimeProvider.System.GetTimestamp();
        agent.SendUser("@leak 100\nhello");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("Echo: hello", (string?)messages[^1]["result"]);
        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(0.4));
        Assert.True(ProcFs.ResidentBytes(agent.Run.Id) - before > 90L << 20);
    }

    [Theory]
    [InlineData(7, 7)]
    [InlineData(1000, 200)]
    public async Task ForkStorm_OfN_LeavesThatManyDescendantsButNeverTooMany(int asked, int started)
    {
        var agent = Start();
        agent.SendUser($"@fork-storm {asked}");
        Assert.Equal($"stormed {started}", (await agent.ReadUntilTypeAsync("result")).StreamedText());

        await WaitFor.True(() => Sleepers(agent) == started, Deadline, "all sleepers");
    }

    [Fact]
    public async Task IgnoreTerm_AskedToEndInBothWays_StillAnswers()
    {
        var agent = Start();
        agent.SendUser("@ignore-term");
        await agent.ReadUntilTypeAsync("result");

        TestSignals.Terminate(agent.Run);
        agent.SendUser("hello");
        await agent.ReadUntilTypeAsync("result");
        agent.CloseInput();
        TestSignals.Terminate(agent.Run);

        Assert.True(ProcFs.Exists(agent.Run));
    }

    private static int Sleepers(AgentConversation agent) =>
        ProcFs.Descendants(agent.Run.Id).Count(run => ProcFs.CommandLine(run.Id) == "sleep 600");
}
