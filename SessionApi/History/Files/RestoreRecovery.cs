using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.History.Files;

/// <summary>
/// Ends the rewindings that a crash has cut off: where the transcript was not replaced yet, the files get back what they held; where it was,
/// there is nothing left to do.
/// </summary>
internal sealed partial class RestoreRecovery(TranscriptRoot root, TranscriptDiscovery discovery, ILogger<RestoreRecovery> logger) : IHostedService
{
    // What could not be undone is kept for a person to look at; of more than this the oldest goes.
    private const int MaxKept = 32;

    /// <summary>Where what files held is kept while they are changed.</summary>
    public static string FolderIn(TranscriptRoot root) => Path.Combine(root.ConfigDirectory, "sidecar", "rewinds");

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => RecoverAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Looks at every journal that was left.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var folder = new DirectoryInfo(FolderIn(root));
        if (!folder.Exists)
        {
            return;
        }

        var kept = 0;
        foreach (var left in folder.GetDirectories().OrderByDescending(found => found.LastWriteTimeUtc))
        {
            try
            {
                kept += await RecoverAsync(left, isTooMany: kept >= MaxKept, cancellationToken) ? 0 : 1;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
            {
                kept++;
                Log.Failed(logger, left.FullName, failure);
            }
        }
    }

    /// <summary>False when the journal has to stay.</summary>
    private async Task<bool> RecoverAsync(DirectoryInfo folder, bool isTooMany, CancellationToken cancellationToken)
    {
        using var journal = RestoreJournal.Open(folder.FullName);
        if (journal is null)
        {
            return true;
        }

        var isUndone = discovery.Find(journal.Manifest.SessionId) is not [var location, ..]
            || (await HistoryReader.ReadAsync(location, cancellationToken)).Turns.Any(turn => turn.Id == journal.Manifest.TargetMessageId);
        if (!isUndone)
        {
            journal.Complete();
            return true;
        }

        var changed = await journal.RollBackAsync();
        if (changed.Count == 0)
        {
            Log.RolledBack(logger, journal.Manifest.SessionId, journal.Manifest.Files.Count);
            return true;
        }

        Log.Left(logger, journal.Manifest.SessionId, string.Join(", ", changed), folder.FullName);
        if (isTooMany)
        {
            journal.Complete();
        }

        return isTooMany;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A rewinding of session {SessionId} had been cut off; its {Count} files are as they were before it.")]
        public static partial void RolledBack(ILogger logger, string sessionId, int count);

        [LoggerMessage(2, LogLevel.Warning, "A rewinding of session {SessionId} had been cut off, and {Files} have been changed since; what they held before it is in {Folder}.")]
        public static partial void Left(ILogger logger, string sessionId, string files, string folder);

        [LoggerMessage(3, LogLevel.Error, "The rewinding whose files are kept in {Folder} could not be undone; the next start tries again.")]
        public static partial void Failed(ILogger logger, string folder, Exception exception);
    }
}
