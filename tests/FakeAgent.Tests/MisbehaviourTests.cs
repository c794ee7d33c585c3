using System.Text;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.FakeAgent;

public sealed class MisbehaviourTests : AgentTest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("plain", true)]
    [InlineData("double-fork", false)]
    [InlineData("setsid", true)]
    public async Task Spawn_OfAKind_LeavesASleeperThatOutlivesTheAgent(string kind, bool isDescendant)
    {
        var agent = Start();
        agent.SendUser($"@spawn {kind}");
        Assert.Equal($"spawned {kind}", (await agent.ReadUntilTypeAsync("result")).StreamedText());
        await WaitFor.True(() => Sleepers(agent).Count == 1, Deadline, "a sleeper with the agent's mark");
        var sleeper = Sleepers(agent).Single();
        Assert.Equal(isDescendant, ProcFs.Descendants(agent.Run.Id).Contains(sleeper));

        TestSignals.Kill(agent.Run);
        await agent.ExitAsync();
        Assert.True(ProcFs.Exists(sleeper));
        Assert.Null(await agent.ReadLineAsync()); // it does not hold our pipe

        TestSignals.Kill(sleeper);
        await WaitFor.True(() => !ProcFs.Exists(sleeper), Deadline, "the sleeper's end");
    }

    [Fact]
    public async Task HoldPipes_AfterTheAgentsEnd_KeepsStdoutOpen()
    {
        var agent = Start();
        agent.SendUser("@hold-pipes");
        await agent.ReadUntilTypeAsync("result");
        agent.CloseInput();
        Assert.Equal(0, await agent.ExitAsync());

        var end = agent.ReadLineAsync();
        var sleeper = Sleepers(agent).Single();
        Assert.Equal("pipe", File.ResolveLinkTarget($"/proc/{sleeper.Id}/fd/1", false)!.Name.Split(':')[0]);
        Assert.False(end.IsCompleted);
        TestSignals.Kill(sleeper);
        Assert.Null(await end);
    }

    [Theory]
    [InlineData("@invalid-utf8", new byte[] { 0xC3, 0x28 })]
    [InlineData("@lone-surrogate", new byte[] { (byte)'\\', (byte)'u', (byte)'d', (byte)'8', (byte)'0', (byte)'0' })]
    public async Task DamagedText_InADelta_ArrivesByteForByte(string directive, byte[] bytes)
    {
        var agent = Start();
        agent.SendUser(directive + "\nhello");
        var damaged = await FindLineAsync(agent, "before ");

        Assert.True(damaged.AsSpan().IndexOf(bytes) > 0);
        Assert.Equal("Echo: hello", (string?)(await agent.ReadUntilTypeAsync("result"))[^1]["result"]);
    }

    [Fact]
    public async Task TwoOnALine_InAText_AreTwoObjectsWithoutALineFeed()
    {
        var agent = Start();
        agent.SendUser("@two-on-a-line");
        var line = Encoding.UTF8.GetString(await FindLineAsync(agent, "first on the line"));

        Assert.Contains("}{", line);
        Assert.Contains("second on the line", line);
    }

    [Fact]
    public async Task BrokenLines_AllTogether_DoNotHarmTheResult()
    {
        var agent = Start();
        agent.SendUser("@noise\n@cut-line\n@unknown\n@huge 100000\n@flood 50\nhello");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Contains(messages, m => m.Kind() == "message_of_tomorrow");
        Assert.Equal("Echo: hello", (string?)messages[^1]["result"]);
        Assert.Equal(51, messages.Count(m => m.StreamedTextOf() is { Length: >= 1024 }));
    }

    [Fact]
    public async Task NoUuid_InTheEnvironment_LeavesIdentityOut()
    {
        var agent = Start(("FAKE_AGENT_NO_UUID", "1"));
        agent.SendUser("hello");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.All(messages, m => Assert.False(m.ContainsKey("uuid")));
        Assert.Null(messages.Single(m => m.Kind() == "message_start")["event"]!["message"]!["id"]);
    }

    [Fact]
    public async Task DropSocket_OverStdout_SaysTheLastMessagesAgain()
    {
        var agent = Start();
        agent.SendUser("@slow 0 3\n@drop-socket 2\n@no-uuid 2");
        var messages = await agent.ReadUntilTypeAsync("result");

        Assert.Equal("w1 w2 w3 w2 w3 the same the same ", messages.StreamedText());
        Assert.Equal(2, messages.Count(m => !m.ContainsKey("uuid")));
    }

    [Fact]
    public async Task User_SentTwice_IsAnsweredOnce()
    {
        var agent = Start();
        agent.SendUser("hello", "0194c0de-0000-7000-8000-000000000001");
        agent.SendUser("hello", "0194c0de-0000-7000-8000-000000000001");
        agent.SendUser("next");
        await agent.ReadUntilTypeAsync("result");

        Assert.Equal("Echo: next", (await agent.ReadUntilTypeAsync("result")).StreamedText());
    }

    private static IReadOnlyList<ProcessRun> Sleepers(AgentConversation agent) =>
        [.. ProcFs.WithEnvironment(AgentConversation.MarkName, agent.Mark).Where(p => ProcFs.CommandLine(p.Id) == "sleep 600")];

    private static async Task<byte[]> FindLineAsync(AgentConversation agent, string text)
    {
        while (await agent.ReadLineAsync() is { } line)
        {
            if (line.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
            {
                return line;
            }
        }

        throw new EndOfStreamException($"No line with '{text}'");
    }
}
