using System.Threading.Channels;

namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>
/// Reads what the system told of, at once and one after the other: what takes a moment here, what is large or held by
/// somebody beside, so that no transcript keeps another one waiting.
/// </summary>
internal sealed partial class TranscriptFollower(
    SessionCatalog catalog,
    TranscriptDiscovery discovery,
    TouchedTranscripts touched,
    WatchedDirectories watched,
    SweepRequests sweeps,
    TranscriptMetrics metrics,
    TimeProvider time,
    ILogger<TranscriptFollower> logger)
{
    // What is read here in one go; some milliseconds.
    private const long MaxBytes = 4 * 1024 * 1024;

    // Between two looks, so that a transcript that grows with every word is not read for every word.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Channel<Change> _slow = Channel.CreateBounded<Change>(TouchedTranscripts.Capacity);
    private readonly HashSet<TranscriptLocation> _inLine = [];

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(FollowAsync(cancellationToken), FollowSlowlyAsync(cancellationToken));

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var touches = await touched.TakeAsync(cancellationToken);
            await TryAsync(() => ApplyAsync(touches, cancellationToken), cancellationToken);
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task ApplyAsync(Touches touches, CancellationToken cancellationToken)
    {
        if (touches.HasOverflowed)
        {
            sweeps.Request();
        }

        foreach (var directory in touches.Directories)
        {
            Look(directory);
        }

        foreach (var (location, since) in touches.Transcripts)
        {
            if (await catalog.TryRefreshAsync(location, MaxBytes, cancellationToken) == RefreshOutcome.Done)
            {
                metrics.ChangeShown(time.GetElapsedTime(since));
            }
            else
            {
                Queue(new Change(location, since));
            }
        }
    }

    // First the watch, then the look: what is written in between is told of, what was written before is seen.
    private void Look(string directory)
    {
        watched.Renew(directory, Directory.Exists(directory) && discovery.Holds(directory));
        foreach (var changed in catalog.Enter(discovery.FindIn([directory])))
        {
            touched.Add(changed);
        }
    }

    private void Queue(Change change)
    {
        lock (_inLine)
        {
            if (!_inLine.Add(change.Location))
            {
                return;
            }
        }

        if (!_slow.Writer.TryWrite(change))
        {
            Leave(change);
            sweeps.Request();
        }
    }

    private async Task FollowSlowlyAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in _slow.Reader.ReadAllAsync(cancellationToken))
        {
            // Before it is read: what happens from now on has to be looked at again.
            Leave(change);
            await TryAsync(() => catalog.RefreshAsync(change.Location, cancellationToken), cancellationToken);
            metrics.ChangeShown(time.GetElapsedTime(change.Since));
        }
    }

    private void Leave(Change change)
    {
        lock (_inLine)
        {
            _inLine.Remove(change.Location);
        }
    }

    private async Task TryAsync(Func<Task> round, CancellationToken cancellationToken)
    {
        try
        {
            await round();
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.RoundFailed(logger, failure);
            sweeps.Request();
        }
    }

    private readonly record struct Change(TranscriptLocation Location, long Since);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Changes of transcripts could not be followed; all are looked at.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
