using System.Text;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;
using Sidecar.Supervision.Containment;

namespace Sidecar.Tests.SidecarWorker.Agents;

public sealed class TurnWatchTests
{
    private readonly AgentOptions _options = new()
    {
        StallTimeout = TimeSpan.FromSeconds(60),
        ToolStallTimeout = TimeSpan.FromSeconds(300),
        SilenceTimeout = TimeSpan.FromSeconds(1000),
        InterruptGrace = TimeSpan.FromSeconds(10),
    };

    private readonly TurnWatch _watch;
    private TimeSpan _now = TimeSpan.FromHours(1);
    private TimeSpan _used;

    public TurnWatchTests() => _watch = new TurnWatch(_options, _now);

    [Fact]
    public void Turn_WithoutAnyProgress_IsWarnedOfThenInterruptedThenKilledOnceEach()
    {
        Say("""{"type":"user"}""");

        Assert.Equal(
            [(30, AgentStallStep.Warned), (60, AgentStallStep.Interrupted), (70, AgentStallStep.Killed)],
            Steps(seconds: 200));
        Assert.Equal(AgentTurnState.Stalled, _watch.State);
    }

    [Fact]
    public void Turn_ThatWritesNowAndThen_IsLeftAlone()
    {
        Say("""{"type":"user"}""");
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty(Steps(29));
            Write("""{"type":"stream_event","event":{"type":"ping"},"parent_tool_use_id":null}""");
        }

        Assert.Equal(AgentTurnState.Working, _watch.State);
    }

    [Fact]
    public void Turn_ThatWritesAfterTheWarning_IsNoLongerStalled()
    {
        Say("""{"type":"user"}""");
        Assert.Single(Steps(40));

        Write("""{"type":"stream_event"}""");

        Assert.Equal(AgentTurnState.Working, _watch.State);
        Assert.Equal((30, AgentStallStep.Warned), Steps(31).Single());
    }

    /// <summary>A build that prints nothing uses the processor; a loop without end does so too, so that has an end as well.</summary>
    [Fact]
    public void Turn_ThatOnlyUsesTheProcessor_IsInterruptedAfterTheSilence()
    {
        Say("""{"type":"user"}""");

        var steps = Steps(1200, processorShare: 1.0);

        Assert.Equal([(500, AgentStallStep.Warned), (1000, AgentStallStep.Interrupted), (1010, AgentStallStep.Killed)], steps);
    }

    [Fact]
    public void Turn_WithTheTimersOfAnIdleProcess_Stalls()
    {
        Say("""{"type":"user"}""");

        Assert.Equal((30, AgentStallStep.Warned), Steps(31, processorShare: 0.02).Single());
    }

    [Fact]
    public void Turn_WhileAToolRuns_IsGivenLonger()
    {
        Say("""{"type":"user"}""");
        Write("""{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t1"},{"type":"tool_use","id":"t2"}]}}""");
        Write("""{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1"}]}}""");
        Assert.Equal((150, AgentStallStep.Warned), Steps(151).Single());

        Write("""{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t2"}]}}""");

        Assert.Equal((30, AgentStallStep.Warned), Steps(31).Single());
    }

    [Fact]
    public void Turn_ThatWaitsForAPerson_IsNotJudged()
    {
        Say("""{"type":"user"}""");
        Write("""{"type":"control_request","request_id":"q1","request":{"subtype":"can_use_tool","tool_name":"Write"}}""");
        Assert.Empty(Steps(5000));
        Assert.Equal(AgentTurnState.Waiting, _watch.State);

        _watch.OnInput(new AgentInputTaken("m2", "control_response", null, "q1", null), _now);

        Assert.Equal(AgentTurnState.Working, _watch.State);
        Assert.Equal((30, AgentStallStep.Warned), Steps(31).Single());
    }

    /// <summary>An agent that says "yes, interrupted" and goes on hanging has not been interrupted.</summary>
    [Fact]
    public void Interrupt_AcknowledgedWithoutAnEnd_IsFollowedByTheKill()
    {
        Say("""{"type":"user"}""");
        Assert.Equal(AgentStallStep.Interrupted, Steps(60).Last().Step);
        Write("""{"type":"control_response","response":{"subtype":"success","request_id":"i1"}}""");

        Assert.Equal((10, AgentStallStep.Killed), Steps(20).Single());
    }

    [Fact]
    public void Interrupt_FollowedByTheResult_IsTheEndOfIt()
    {
        Say("""{"type":"user"}""");
        Assert.Equal(2, Steps(60).Count);

        Write("""{"type":"result","subtype":"error_during_execution","is_error":true}""");

        Assert.Equal(AgentTurnState.Idle, _watch.State);
        Assert.Empty(Steps(1000));
    }

    [Fact]
    public void Look_AfterAPauseOfOurOwn_DoesNotCountThePause()
    {
        Say("""{"type":"user"}""");
        Assert.Empty(Steps(10));

        _now += TimeSpan.FromHours(3);

        Assert.Null(_watch.Next(_now));
        Assert.Empty(Steps(19));
        Assert.Equal(AgentStallStep.Warned, Steps(2).Single().Step);
    }

    [Fact]
    public void Idle_SinceTheLastMessage_UnlessATaskRunsInTheBackground()
    {
        var begun = _now;
        Assert.Equal(begun, _watch.IdleSince);
        Say("""{"type":"user"}""");
        Assert.Null(_watch.IdleSince);
        Write("""{"type":"system","subtype":"task_started","task_id":"b1"}""");
        Assert.Empty(Steps(20));
        Write("""{"type":"result","subtype":"success"}""");
        Assert.Null(_watch.IdleSince);
        Write("""{"type":"assistant","message":{"content":[]},"parent_tool_use_id":"a subagent's"}""");
        Assert.Empty(Steps(20));

        Write("""{"type":"system","subtype":"task_notification","task_id":"b1"}""");

        Assert.Equal(_now, _watch.IdleSince);
        Assert.Empty(Steps(1000));
        Assert.Equal(_now - TimeSpan.FromSeconds(1000), _watch.IdleSince);
    }

    [Theory]
    [InlineData("""{"type":"\ud800"}""")]
    [InlineData("""{"type":{"a":1},"subtype":[1]}""")]
    [InlineData("""{"type":"control_request","request":"can_use_tool","request_id":7}""")]
    [InlineData("""{}""")]
    public void Message_OfNoKnownKind_IsPassedOver(string message)
    {
        Write(message);

        Assert.Equal(AgentTurnState.Idle, _watch.State);
    }

    /// <summary>What is asked for within the next seconds, looked at every second, and after how many.</summary>
    private List<(int After, AgentStallStep Step)> Steps(int seconds, double processorShare = 0)
    {
        var steps = new List<(int, AgentStallStep)>();
        for (var second = 1; second <= seconds; second++)
        {
            _now += TimeSpan.FromSeconds(1);
            _used += TimeSpan.FromSeconds(processorShare);
            _watch.OnUsage(new TreeUsage(1, 0, _used), _now);
            if (_watch.Next(_now) is { } next)
            {
                Assert.NotEmpty(next.Reason);
                steps.Add((second, next.Step));
            }
        }

        return steps;
    }

    private void Say(string message) => _watch.OnInput(new AgentInputTaken("m", MessageHead.Read(Encoding.UTF8.GetBytes(message)).Type, null, null, null), _now);

    private void Write(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        _watch.OnMessage(MessageHead.Read(bytes), bytes, _now);
    }
}
