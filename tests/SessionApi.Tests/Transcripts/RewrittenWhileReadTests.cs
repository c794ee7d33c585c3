using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>A transcript is overwritten between two reads of one update.</summary>
public sealed class RewrittenWhileReadTests
{
    // More than is read at once.
    private const int Lines = 2000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Update_RewrittenWhileItIsRead_NextOneReadsAllAnew()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, Prompts("old", Lines));
        var file = new TranscriptFile(new TranscriptLocation(home.Project, TranscriptHome.Id));
        var between = new BetweenReads(() => home.Write(TranscriptHome.Id, Prompts("new", 2 * Lines)));

        await between.RunAsync(() => file.UpdateAsync(CancellationToken.None).AsTask()).WaitAsync(Deadline, TimeProvider.System);
        Assert.True(between.HasRun, $"{path} was read at once");
        await file.UpdateAsync(CancellationToken.None);

        Assert.Equal("new 0", file.Fold!.Title);
        Assert.Equal(2 * Lines, file.Fold.MessageCount);
    }

    private static string[] Prompts(string text, int count) =>
        [.. Enumerable.Range(0, count).Select(i => TranscriptHome.User($"{text} {i}", more: $",\"padding\":\"{new string('x', 100)}\""))];

    /// <summary>Does something when the first read has ended and before anything else happens: what waits for a read comes through here.</summary>
    private sealed class BetweenReads(Action action) : SynchronizationContext
    {
        private int _posts;

        public bool HasRun => _posts > 0;

        public Task RunAsync(Func<Task> start) => Task.Run(() =>
        {
            SetSynchronizationContext(this);
            try
            {
                return start();
            }
            finally
            {
                SetSynchronizationContext(null);
            }
        });

        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.QueueUserWorkItem(_ =>
        {
            if (Interlocked.Increment(ref _posts) == 1)
            {
                action();
            }

            SetSynchronizationContext(this);
            try
            {
                d(state);
            }
            finally
            {
                SetSynchronizationContext(null);
            }
        });
    }
}
