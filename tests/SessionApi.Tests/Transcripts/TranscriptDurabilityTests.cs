using Microsoft.Extensions.Time.Testing;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class TranscriptDurabilityTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Wait_NeedleInACompleteLine_IsTrueAtOnce()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, "old needle", "the needle is here");

        Assert.True(await new TranscriptDurability(home.Time).WaitAsync(path, 11, "needle"u8.ToArray(), Timeout, CancellationToken.None));
    }

    [Fact]
    public async Task Wait_NeedleInATornLine_WaitsForTheLineFeed()
    {
        using var home = new TranscriptHome();
        var path = home.WriteBytes(TranscriptHome.Id, "needle"u8.ToArray());
        var time = new PollingClock();
        var waiting = new TranscriptDurability(time).WaitAsync(path, 0, "needle"u8.ToArray(), Timeout, CancellationToken.None);
        await time.Waiting;
        Assert.False(waiting.IsCompleted);

        File.AppendAllText(path, "\n");
        time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.True(await waiting);
    }

    [Fact]
    public async Task Wait_NeedleBeforeTheOffset_IsFalseAtTheDeadline()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, "needle");

        Assert.False(await new TranscriptDurability(home.Time).WaitAsync(path, 7, "needle"u8.ToArray(), TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task Wait_FileDoesNotExist_IsFalseAtTheDeadline()
    {
        using var home = new TranscriptHome();

        Assert.False(await new TranscriptDurability(home.Time)
            .WaitAsync(home.PathOf(TranscriptHome.Id), 0, "needle"u8.ToArray(), TimeSpan.Zero, CancellationToken.None));
    }

    /// <summary>Says when somebody waits on it.</summary>
    private sealed class PollingClock : FakeTimeProvider
    {
        private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waiting => _waiting.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _waiting.TrySetResult();
            return timer;
        }
    }
}
