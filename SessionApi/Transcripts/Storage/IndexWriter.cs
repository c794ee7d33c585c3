namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>The pace of the stored index: writes what changed at an interval, and once more at an orderly stop.</summary>
internal sealed partial class IndexWriter(IndexStorage storage, TimeProvider time, ILogger<IndexWriter> logger) : BackgroundService
{
    // What a crash may lose. It is read again from the transcripts, so there is no need to hurry.
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryFlushAsync(stoppingToken);
        }
    }

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await storage.FlushAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.FlushFailed(logger, failure);
        }
        catch (OperationCanceledException)
        {
            // The stop has waited long enough; the next start reads what was not written.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Writing the index failed; it is tried again.")]
        public static partial void FlushFailed(ILogger logger, Exception exception);
    }
}
