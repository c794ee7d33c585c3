using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.Tests.SessionApi.Live;

public sealed class TurnsTests
{
    private readonly Turns _turns = new();

    [Fact]
    public void Begin_Several_TheOldestIsCurrent()
    {
        Assert.False(_turns.Any);
        Assert.Null(_turns.Current);
        var first = _turns.Begin("u1");
        var second = _turns.Begin("u2");

        Assert.Same(first, _turns.Current);
        Assert.Same(second, _turns.Find("u2"));
        Assert.Null(_turns.Find("u3"));
        Assert.True(_turns.Any);
        Assert.False(_turns.AnyWritten);
    }

    [Fact]
    public void End_Twice_EndsOnce()
    {
        var turn = _turns.Begin("u1");

        Assert.True(_turns.End(turn, MessageOutcome.Completed));
        Assert.False(_turns.End(turn, MessageOutcome.Completed));
        Assert.False(_turns.Contains(turn));
    }

    [Fact]
    public void EndUnwritten_SomeWritten_KeepsThose()
    {
        var written = _turns.Begin("u1");
        written.IsWritten = true;
        _turns.Begin("u2");

        _turns.EndUnwritten(MessageOutcome.Stopped);

        Assert.Same(written, _turns.Current);
        Assert.Null(_turns.Find("u2"));
        Assert.True(_turns.AnyWritten);
    }

    [Fact]
    public void EndOf_ARun_EndsItsTurnsOnly()
    {
        _turns.Begin("u1").LaunchId = "run-1";
        _turns.Begin("u2").LaunchId = "run-1";
        var other = _turns.Begin("u3");
        other.LaunchId = "run-2";

        Assert.True(_turns.EndOf("run-1", MessageOutcome.Failed));
        Assert.False(_turns.EndOf("run-1", MessageOutcome.Failed));
        Assert.Same(other, _turns.Current);
    }

    [Fact]
    public void EndByResult_SeveralTaken_EndsThemAll()
    {
        Written("u1", isTaken: true);
        Written("u2", isTaken: true);
        Written(null, isTaken: false);
        var waiting = Written("u3", isTaken: false);

        _turns.EndByResult(MessageOutcome.Completed);

        Assert.Same(waiting, _turns.Current);
    }

    [Fact]
    public void EndByResult_AgentDoesNotSayWhatItTook_EndsTheOldest()
    {
        Written("u1", isTaken: false);
        var second = Written("u2", isTaken: false);

        _turns.EndByResult(MessageOutcome.Completed);

        Assert.Same(second, _turns.Current);
    }

    [Fact]
    public void EndByResult_NothingWritten_EndsNothing()
    {
        _turns.Begin("u1");

        _turns.EndByResult(MessageOutcome.Completed);

        Assert.True(_turns.Any);
    }

    private Turn Written(string? uuid, bool isTaken)
    {
        var turn = _turns.Begin(uuid);
        turn.IsWritten = true;
        if (isTaken)
        {
            turn.Take();
        }

        return turn;
    }
}
