namespace Sidecar.SessionApi.Transcripts.Rewriting;

/// <summary>
/// Gives a transcript a new content. The new file is complete on disk, with the mode and the owner of the old one, before it takes its place:
/// a crash leaves one or the other, and nobody ever reads half of one. Callers hold the transcript's gate, and no CLI writes.
/// </summary>
internal static class TranscriptReplacement
{
    // What a crash has left beside transcripts is nobody's any more after this; no rewriting takes as long.
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromHours(1);

    /// <summary>Writes the new content beside the transcript, then renames it over.</summary>
    /// <param name="path">The transcript.</param>
    /// <param name="extension">What the new file's name has behind the transcript's until then; no transcript's name may end like that.</param>
    /// <param name="write">Writes the new content.</param>
    /// <param name="steps">Hears of each step.</param>
    /// <exception cref="IOException">It could not be rewritten, and is as it was; also <see cref="UnauthorizedAccessException"/>.</exception>
    public static ValueTask ReplaceAsync(string path, string extension, Func<FileStream, ValueTask> write, RewriteSteps steps) =>
        WriteAsync(path, extension, write, steps, like: path);

    /// <summary>The same for a transcript that does not exist yet.</summary>
    /// <param name="path">The new transcript.</param>
    /// <param name="extension">As above.</param>
    /// <param name="write">As above.</param>
    /// <param name="steps">As above.</param>
    /// <param name="like">The file whose mode and owner it gets.</param>
    public static async ValueTask WriteAsync(string path, string extension, Func<FileStream, ValueTask> write, RewriteSteps steps, string like)
    {
        var beside = path + extension;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            await using (var file = new FileStream(beside, options))
            {
                await write(file);
                await file.FlushAsync();
                steps.Reached(RewriteStep.Written);
                FileOwner.Copy(like, file.SafeFileHandle);
                file.Flush(flushToDisk: true);
            }

            steps.Reached(RewriteStep.Flushed);
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        steps.Reached(RewriteStep.Replaced);
    }

    /// <summary>Removes what a crash has left beside the transcripts of a directory, once it is old enough.</summary>
    public static void RemoveLeftovers(string directory, string pattern, DateTimeOffset now)
    {
        foreach (var left in Directory.EnumerateFiles(directory, pattern))
        {
            if (File.GetLastWriteTimeUtc(left) < now.UtcDateTime - LeftoverAge)
            {
                File.Delete(left);
            }
        }
    }
}
