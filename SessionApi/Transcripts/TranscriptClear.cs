using Sidecar.SessionApi.Transcripts.Rewriting;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Empties a transcript: what it says about its session stays, the conversation goes. Callers hold the transcript's gate, and no CLI writes.
/// </summary>
internal static class TranscriptClear
{
    // No transcript's name: nobody lists it. One that a crash has left is written over by the next clear.
    private const string NewExtension = ".clear.tmp";

    public static async ValueTask RewriteAsync(TranscriptLocation location, TranscriptFile file, string? uuid, DateTimeOffset now, RewriteSteps steps)
    {
        var fold = file.Fold ?? throw new FileNotFoundException($"{location.MainPath} is gone.", location.MainPath);
        var (repository, customTitle) = Kept(await TranscriptMetadata.ReadLinesAsync(file.CurrentPath, CancellationToken.None));
        var meta = new SessionMetaChange
        {
            PermissionMode = fold.Meta.PermissionMode,
            SetsRuntime = fold.Meta.HasRuntimeProvider || fold.Meta.RuntimeModelId is not null,
            RuntimeProviderId = fold.Meta.RuntimeProviderId,
            RuntimeModelId = fold.Meta.RuntimeModelId,
            EffortLevel = fold.Meta.EffortLevel,
            Repository = repository,
            ClearedBy = uuid,
        };
        byte[] lines = [.. TranscriptLines.Placeholder(fold.WorkDirIn(location), meta, now), .. customTitle];
        await TranscriptReplacement.ReplaceAsync(location.MainPath, NewExtension, file => file.WriteAsync(lines), steps);
    }

    /// <summary>What of the metadata lines is kept as it was written: the last repository, and the last line with a chosen title.</summary>
    private static (byte[]? Repository, byte[] CustomTitle) Kept(byte[] lines)
    {
        byte[]? repository = null;
        byte[] customTitle = [];
        var rest = lines.AsSpan();
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n') + 1;
            var line = rest[..end];
            var position = 0;
            if (TranscriptLine.Scan(line[..^1], ref position, out var entry) == LineScan.Entry)
            {
                repository = entry.Repository.IsPresent ? entry.Repository.In(line).ToArray() : repository;
                customTitle = entry.CustomTitle.IsText(line) ? line.ToArray() : customTitle;
            }

            rest = rest[end..];
        }

        return (repository, customTitle);
    }
}
