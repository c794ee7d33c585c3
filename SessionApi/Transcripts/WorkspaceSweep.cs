namespace Sidecar.SessionApi.Transcripts;

/// <summary>The pace at which directories are looked at again. Its own: a drive that hangs must not hold up the transcripts.</summary>
internal sealed partial class WorkspaceSweep(SessionCatalog catalog, TimeProvider time, ILogger<WorkspaceSweep> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await catalog.RefreshWorkspacesAsync();
            }
#pragma warning disable CA1031 // One bad round must not end the service.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Log.RoundFailed(logger, failure);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A look at the working directories failed; the next one comes as planned.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);
    }
}
