namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Makes way for an agent CLI, which refuses an id whose file already exists. Every step is one rename or one append, and at
/// no moment is the metadata in neither file. Callers hold the transcript's gate.
/// </summary>
internal static class PlaceholderLaunch
{
    // The CLI may create its file between our look and our rename, once.
    private const int MaxAttempts = 3;

    /// <summary>Renames a placeholder, so that its id is free. A transcript with messages stays where it is.</summary>
    public static async ValueTask SetAsideAsync(TranscriptLocation location, TranscriptFold? fold)
    {
        if (fold?.TranscriptMessageCount != 0)
        {
            return;
        }

        await SettleAsync(location);
        File.Move(location.MainPath, location.AsidePath);
    }

    /// <summary>
    /// Ends the launch: what the set-aside file says goes into the CLI's transcript, or back to its own name if the CLI wrote
    /// none.
    /// </summary>
    public static async ValueTask SettleAsync(TranscriptLocation location)
    {
        for (var attempt = 0; attempt < MaxAttempts && File.Exists(location.AsidePath); attempt++)
        {
            if (File.Exists(location.MainPath))
            {
                await MergeAsync(location);
                return;
            }

            try
            {
                File.Move(location.AsidePath, location.MainPath);
                return;
            }
            catch (IOException) when (File.Exists(location.MainPath))
            {
                // The CLI was faster: merge instead.
            }
        }
    }

    // Later lines win, and the set-aside ones are the older. So the transcript's own metadata is repeated behind them; doing
    // it twice, after a crash before the delete, changes nothing.
    private static async ValueTask MergeAsync(TranscriptLocation location)
    {
        var older = await TranscriptMetadata.ReadLinesAsync(location.AsidePath, CancellationToken.None);
        var newer = await TranscriptMetadata.ReadLinesAsync(location.MainPath, CancellationToken.None);
        if (older.Length > 0)
        {
            AppendOnlyFile.Append(location.MainPath, [.. older, .. newer]);
        }

        File.Delete(location.AsidePath);
    }
}
