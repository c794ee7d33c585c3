using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts.Storage;
using Sidecar.SessionApi.Transcripts.Watching;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// The pace of the catalogue: takes over what an earlier run stored, settles what a crash left behind, builds it, then follows what the system tells of. At an
/// interval it looks at everything, and at a shorter one at the directories that nobody watches: that is the ground truth.
/// </summary>
internal sealed partial class CatalogSweep(
    SessionCatalog catalog,
    TranscriptStore store,
    IndexStorage storage,
    TranscriptDiscovery discovery,
    WatchedDirectories watched,
    TranscriptFollower follower,
    SweepRequests requests,
    IOptions<SessionCatalogOptions> options,
    TimeProvider time,
    ILogger<CatalogSweep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first build must not hold up the start of the server.
        await Task.Yield();
        try
        {
            await Task.WhenAll(follower.RunAsync(stoppingToken), SweepAsync(stoppingToken));
        }
        finally
        {
            watched.Dispose();
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        var pace = options.Value.SweepInterval < options.Value.UnwatchedSweepInterval
            ? options.Value.SweepInterval
            : options.Value.UnwatchedSweepInterval;
        using var timer = new PeriodicTimer(pace, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var last = time.GetTimestamp();
        await TryAsync(FirstRoundAsync, stoppingToken);
        while (true)
        {
            await Task.WhenAny(tick, requests.WaitAsync(stoppingToken));
            stoppingToken.ThrowIfCancellationRequested();
            var isTick = tick.IsCompleted;
            if (isTick)
            {
                tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            }

            if (requests.Take() || time.GetElapsedTime(last) >= options.Value.SweepInterval)
            {
                last = time.GetTimestamp();
                await TryAsync(RoundAsync, stoppingToken);
            }
            else if (isTick)
            {
                await TryAsync(RoundOfUnwatchedAsync, stoppingToken);
            }
        }
    }

    private async Task FirstRoundAsync(CancellationToken cancellationToken)
    {
        // Watched first, so that nothing falls between the look and the watch.
        Follow();
        var findings = discovery.FindAll();
        catalog.Expect(findings);
        await TryAsync(token => storage.LoadAsync(findings, token), cancellationToken);
        await TryAsync(token => store.SettlePlaceholdersAsync(findings, token), cancellationToken);
        await catalog.ScanAsync(findings, cancellationToken);
    }

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        Follow();
        await catalog.ScanOnceAsync(cancellationToken);
    }

    private async Task RoundOfUnwatchedAsync(CancellationToken cancellationToken)
    {
        var unwatched = watched.Unwatched;
        if (unwatched.Any(directory => watched.IsRoot(directory.Key)))
        {
            // Then new project directories are not told of either.
            await RoundAsync(cancellationToken);
        }
        else if (unwatched.Count > 0)
        {
            await catalog.ScanAsync(discovery.FindIn(unwatched.Select(directory => directory.Key)), cancellationToken);
        }
    }

    private void Follow()
    {
        try
        {
            watched.FollowAll(discovery.ProjectDirectories);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // The look that follows says the same and keeps it.
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> round, CancellationToken stoppingToken)
    {
        try
        {
            await round(stoppingToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            Log.RoundFailed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A sweep over the transcripts failed; the next one runs as planned.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
