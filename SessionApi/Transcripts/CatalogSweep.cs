using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>The pace of the catalogue: takes over what an earlier run stored, settles what a crash left behind, builds it, then looks for changes at an interval.</summary>
internal sealed partial class CatalogSweep(
    SessionCatalog catalog,
    TranscriptStore store,
    IndexStorage storage,
    IOptions<SessionCatalogOptions> options,
    TimeProvider time,
    ILogger<CatalogSweep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first build must not hold up the start of the server.
        await Task.Yield();
        await TryAsync(storage.LoadAsync, stoppingToken);
        await TryAsync(store.SettleAllPlaceholdersAsync, stoppingToken);

        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            await TryAsync(catalog.ScanOnceAsync, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
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
