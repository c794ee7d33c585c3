using Sidecar.Contracts;
using Sidecar.SessionApi.Live.Resuming;

namespace Sidecar.Tests.SessionApi.Live.Resuming;

public sealed class FrameNumbersTests
{
    [Fact]
    public void Next_InEventsAndBetween_AlwaysRises()
    {
        var numbers = new FrameNumbers();
        var own = numbers.Next();
        Assert.True(numbers.Begin(new AgentEventId("worker", 7)));
        long[] sequences = [numbers.Next().Sequence, numbers.Next().Sequence, AfterEvent(numbers), InEvent(numbers, 8), AfterEvent(numbers)];

        Assert.NotEqual("worker", own.Epoch);
        Assert.Equal(sequences.Order(), sequences);
        Assert.Equal(sequences.Length, sequences.Distinct().Count());
        Assert.All(sequences, sequence => Assert.InRange(sequence, 1, FrameId.MaxSequence));
    }

    [Fact]
    public void Next_SameEventInAnotherLife_IsTheSame()
    {
        var before = new FrameNumbers();
        before.Next();
        InEvent(before, 5);
        AfterEvent(before);
        before.Next(); // our own frames differ from life to life
        var after = new FrameNumbers();

        Assert.Equal(InEvent(before, 6), InEvent(after, 6));
    }

    [Fact]
    public void Resume_AfterMissingEvents_GoesOnWithTheNumbersOfAnEarlierLife()
    {
        var before = new FrameNumbers();
        InEvent(before, 5);
        var after = new FrameNumbers();
        after.Skip(new AgentEventId("worker", 3));
        after.Resume(new AgentEventId("worker", 5));
        after.Next();
        after.End();

        Assert.Equal(before.Last, after.Last);
        Assert.Equal(InEvent(before, 6), InEvent(after, 6));
    }

    [Fact]
    public void Accept_OwnFrameOfAnEarlierLife_GoesOnBehindIt()
    {
        var before = new FrameNumbers();
        InEvent(before, 5);
        before.Next();
        before.Next();
        var after = new FrameNumbers();
        InEvent(after, 5);
        Assert.NotEqual(before.Last, after.Last);

        Assert.True(after.Accept(before.Last));

        Assert.True(after.Next().Sequence > before.Last.Sequence);
    }

    [Fact]
    public void Accept_FrameThatCannotHaveBeen_IsRefused()
    {
        var numbers = new FrameNumbers();
        InEvent(numbers, 5);
        var last = numbers.Last;

        Assert.False(numbers.Accept(last with { Sequence = FrameId.MaxSequence }));

        Assert.Equal(last, numbers.Last);
    }

    [Fact]
    public void Skip_EventsMissing_BeginsANewEpochThatStays()
    {
        var numbers = new FrameNumbers();
        InEvent(numbers, 5);
        numbers.Skip(new AgentEventId("worker", 9));
        var gap = numbers.Next();

        var next = InEvent(numbers, 9);

        Assert.NotEqual("worker", gap.Epoch);
        Assert.Equal(new FrameId(gap.Epoch, gap.Sequence + 1), new FrameId(numbers.Epoch, next));
    }

    [Theory]
    [InlineData("abc.17", "abc", 17)]
    [InlineData("a.b.1", "a.b", 1)]
    public void FrameId_Text_IsEpochAndSequence(string text, string epoch, long sequence)
    {
        Assert.True(FrameId.TryParse(text, out var id));
        Assert.Equal(new FrameId(epoch, sequence), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData(".1")]
    [InlineData("abc.-1")]
    [InlineData("abc.9007199254740992")]
    public void FrameId_OtherText_IsRefused(string text) => Assert.False(FrameId.TryParse(text, out _));

    private static long InEvent(FrameNumbers numbers, long sequence)
    {
        numbers.Begin(new AgentEventId("worker", sequence));
        var next = numbers.Next().Sequence;
        numbers.End();
        return next;
    }

    private static long AfterEvent(FrameNumbers numbers)
    {
        numbers.End();
        return numbers.Next().Sequence;
    }
}
