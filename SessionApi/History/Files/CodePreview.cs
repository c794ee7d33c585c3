namespace Sidecar.SessionApi.History.Files;

/// <summary>What turns did to files: the lines that they added and removed, which going back would take away and bring again.</summary>
/// <param name="Available">Whether any file changed that can be told.</param>
/// <param name="Reason">Why not.</param>
/// <param name="FilesChanged">Absolute paths.</param>
/// <param name="Insertions">Lines that were added. Binary files and those over 1 MiB are not counted.</param>
/// <param name="Deletions">Lines that were removed.</param>
internal sealed record CodePreview(bool Available, string? Reason, IReadOnlyList<string> FilesChanged, int Insertions, int Deletions)
{
    private static CodePreview Without(string reason) => new(Available: false, reason, [], 0, 0);

    /// <summary>Looks which files really differ.</summary>
    /// <param name="changes">The files that may; null when no state was kept.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The preview, and the files that differ.</returns>
    public static async Task<(CodePreview Preview, IReadOnlyList<FileChange> Differing)> OfAsync(FileChanges? changes, CancellationToken cancellationToken)
    {
        if (changes is null)
        {
            return (Without("No state of the files was kept before this message."), []);
        }

        var differing = new List<FileChange>();
        var (insertions, deletions) = (0, 0);
        foreach (var change in changes.All.OrderBy(change => change.Path, StringComparer.Ordinal))
        {
            try
            {
                if (await change.Before.EqualsAsync(change.After, cancellationToken))
                {
                    continue;
                }

                var diff = await FileDiff.ReadAsync(change.Before, change.After, cancellationToken);
                insertions += diff?.Insertions ?? 0;
                deletions += diff?.Deletions ?? 0;
                differing.Add(change);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                changes.Missing ??= $"{change.Path} cannot be read: {failure.Message}";
            }
        }

        var preview = differing.Count == 0
            ? Without(changes.Missing ?? "No file was changed.")
            : new CodePreview(Available: true, changes.Missing, [.. differing.Select(change => change.Path)], insertions, deletions);
        return (preview, differing);
    }
}
