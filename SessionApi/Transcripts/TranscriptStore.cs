using Sidecar.SessionApi.Transcripts.Rewriting;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Reads and writes single transcripts by session id. What it writes is in the very next list; lines that a CLI wrote are
/// never touched.
/// </summary>
internal sealed class TranscriptStore(SessionCatalog catalog, TranscriptDiscovery discovery, TranscriptRoot root, RewriteSteps steps, TimeProvider time)
{
    // The CLI's own mode for its files and directories: transcripts are private.
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode DirectoryMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Where the session's transcript lies; null when there is none or the id is no id.</summary>
    public TranscriptLocation? Locate(string sessionId) =>
        discovery.Newest(catalog.PlacesOf(sessionId)) ?? (discovery.Find(sessionId) is [var best, ..] ? best : null);

    /// <summary>What the transcript says now; null when there is none or the id is no id.</summary>
    public async Task<TranscriptFacts?> FindAsync(string sessionId, CancellationToken cancellationToken) =>
        Locate(sessionId) is { } location ? await catalog.ReadAsync(location, file => TranscriptFacts.Of(location, file), cancellationToken) : null;

    /// <summary>The session's list row, read now.</summary>
    public async Task<SessionRow?> FindRowAsync(string sessionId, CancellationToken cancellationToken) =>
        Locate(sessionId) is { } location ? await catalog.ReadRowAsync(location, cancellationToken) : null;

    /// <summary>Writes the placeholder transcript of a new session and returns the session's id.</summary>
    public Task<string> CreateAsync(string workDir, string? permissionMode, CancellationToken cancellationToken) =>
        CreateAsync(workDir, permissionMode, repository: null, cancellationToken);

    /// <summary>The same for a session that is launched in a repository.</summary>
    /// <param name="workDir">The session's working directory.</param>
    /// <param name="permissionMode">Its permission mode; null for none.</param>
    /// <param name="repository">The repository as JSON; null for none.</param>
    /// <param name="cancellationToken">Ends it before it has begun to write.</param>
    public async Task<string> CreateAsync(string workDir, string? permissionMode, byte[]? repository, CancellationToken cancellationToken)
    {
        var location = new TranscriptLocation(ProjectDirectory(workDir), Guid.NewGuid().ToString());
        var lines = TranscriptLines.Placeholder(workDir, new SessionMetaChange { PermissionMode = permissionMode, Repository = repository }, time.GetUtcNow());
        await catalog.WriteAsync(location, _ => CreateFile(location, lines), cancellationToken);
        return location.SessionId;
    }

    /// <summary>Removes the session's transcript. False when there is none.</summary>
    public async Task<bool> DeleteAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (Locate(sessionId) is not { } location)
        {
            return false;
        }

        await catalog.WriteAsync(location, _ => DeleteFiles(location), cancellationToken);
        return true;
    }

    /// <summary>Empties the session's transcript but for what it says about the session; no CLI may be writing to it. False when there is none.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="uuid">Whose wish it is, to be found in the transcript; null for nobody's who would ask twice.</param>
    /// <param name="cancellationToken">Ends it before it has begun to write.</param>
    /// <exception cref="IOException">It could not be rewritten, and is as it was; also <see cref="UnauthorizedAccessException"/>.</exception>
    public async Task<bool> ClearAsync(string sessionId, string? uuid, CancellationToken cancellationToken)
    {
        await SettlePlaceholderAsync(sessionId, cancellationToken);
        if (Locate(sessionId) is not { } location)
        {
            return false;
        }

        await catalog.WriteAsync(location, file => TranscriptClear.RewriteAsync(location, file, uuid, time.GetUtcNow(), steps), cancellationToken);
        return true;
    }

    /// <summary>
    /// Records metadata in the project directory of <paramref name="workDir"/>, unless the transcript says the same already.
    /// Placeholders of the session in other project directories move along.
    /// </summary>
    public async Task AppendMetaAsync(string sessionId, string workDir, SessionMetaChange change, CancellationToken cancellationToken)
    {
        if (!SessionIds.IsValid(sessionId))
        {
            throw new ArgumentException($"'{sessionId}' is no session id.", nameof(sessionId));
        }

        var known = discovery.Find(sessionId);
        var target = new TranscriptLocation(ProjectDirectory(RealPath.Resolve(workDir)), sessionId);
        var moved = new List<byte>();
        foreach (var other in known.Where(location => location != target))
        {
            if (await FactsAsync(other, cancellationToken) is { TranscriptMessageCount: 0 } placeholder)
            {
                moved.AddRange(await TranscriptMetadata.ReadLinesAsync(placeholder.Path, cancellationToken));
            }
        }

        await catalog.WriteAsync(target, file => AppendMeta(target, file, workDir, change, [.. moved]), cancellationToken);
        await DeletePlaceholdersAsync(known.Where(location => location != target), cancellationToken);
    }

    /// <summary>
    /// Records metadata where the session's transcript lies. A placeholder follows the session into another working directory, where its CLI
    /// is about to write; copies of it elsewhere go. Does nothing for a session without a transcript.
    /// </summary>
    public async Task RecordMetaAsync(string sessionId, SessionMetaChange change, CancellationToken cancellationToken)
    {
        var known = discovery.Find(sessionId);
        if (known is not [var location, ..] || await FactsAsync(location, cancellationToken) is not { } facts)
        {
            return;
        }

        if (change.WorkDir is { } workDir && facts.TranscriptMessageCount == 0)
        {
            await AppendMetaAsync(sessionId, workDir, change, cancellationToken);
            return;
        }

        await catalog.WriteAsync(location, file => AppendMeta(location, file, facts.WorkDir, change, []), cancellationToken);
        if (change.WorkDir is not null)
        {
            await DeletePlaceholdersAsync(known.Skip(1), cancellationToken);
        }
    }

    /// <summary>Records a generated title, unless the user has chosen one.</summary>
    public Task AppendAiTitleAsync(string sessionId, string title, CancellationToken cancellationToken) =>
        AppendAsync(
            sessionId,
            fold => fold?.HasCustomTitle == true ? [] : TranscriptLines.AiTitle(sessionId, title, time.GetUtcNow()),
            cancellationToken);

    /// <summary>Records the title that the user chose.</summary>
    public Task AppendCustomTitleAsync(string sessionId, string title, CancellationToken cancellationToken) =>
        AppendAsync(sessionId, _ => TranscriptLines.CustomTitle(sessionId, title, time.GetUtcNow()), cancellationToken);

    /// <summary>Reads the transcript again because its CLI wrote; the next list shows it.</summary>
    public Task RefreshAsync(string sessionId, CancellationToken cancellationToken) => FindAsync(sessionId, cancellationToken);

    /// <summary>Frees the id of a placeholder for the CLI that is about to be launched. Does nothing for a real transcript.</summary>
    public Task SetAsidePlaceholderAsync(string sessionId, CancellationToken cancellationToken) =>
        Locate(sessionId) is { } location
            ? catalog.WriteAsync(location, file => PlaceholderLaunch.SetAsideAsync(location, file.Fold), cancellationToken)
            : Task.CompletedTask;

    /// <summary>Ends what <see cref="SetAsidePlaceholderAsync"/> began, whether or not the CLI wrote a transcript.</summary>
    public async Task SettlePlaceholderAsync(string sessionId, CancellationToken cancellationToken)
    {
        foreach (var location in discovery.Find(sessionId))
        {
            await catalog.WriteAsync(location, _ => PlaceholderLaunch.SettleAsync(location), cancellationToken);
        }
    }

    /// <summary>Settles every placeholder that a crash left set aside.</summary>
    public async Task SettlePlaceholdersAsync(Findings findings, CancellationToken cancellationToken)
    {
        foreach (var left in findings.Transcripts.Where(found => found.Aside is not null))
        {
            await catalog.WriteAsync(left.Location, _ => PlaceholderLaunch.SettleAsync(left.Location), cancellationToken);
        }
    }

    private async Task DeletePlaceholdersAsync(IEnumerable<TranscriptLocation> locations, CancellationToken cancellationToken)
    {
        foreach (var location in locations)
        {
            await catalog.WriteAsync(location, file => file.Fold?.TranscriptMessageCount == 0 ? DeleteFiles(location) : default, cancellationToken);
        }
    }

    private async Task AppendAsync(string sessionId, Func<TranscriptFold?, byte[]> line, CancellationToken cancellationToken)
    {
        if (Locate(sessionId) is { } location)
        {
            await catalog.WriteAsync(location, file => Append(file, line(file.Fold)), cancellationToken);
        }
    }

    private static ValueTask Append(TranscriptFile file, byte[] lines)
    {
        if (lines.Length > 0)
        {
            AppendOnlyFile.Append(file.CurrentPath, lines);
        }

        return default;
    }

    private ValueTask AppendMeta(TranscriptLocation target, TranscriptFile file, string workDir, SessionMetaChange change, byte[] moved)
    {
        if (file.Fold is { } fold && moved.Length == 0 && change.IsAlreadyIn(fold))
        {
            return default;
        }

        var line = TranscriptLines.SessionMeta(change.WorkDir ?? file.Fold?.Meta.WorkDir ?? workDir, change, time.GetUtcNow());
        try
        {
            return file.Fold is null ? CreateFile(target, [.. moved, .. line]) : Append(file, [.. moved, .. line]);
        }
        catch (IOException) when (file.Fold is null && File.Exists(target.MainPath))
        {
            return Append(file, [.. moved, .. line]); // a CLI was faster
        }
    }

    private Task<TranscriptFacts?> FactsAsync(TranscriptLocation location, CancellationToken cancellationToken) =>
        catalog.ReadAsync(location, file => TranscriptFacts.Of(location, file), cancellationToken);

    private string ProjectDirectory(string workDir) =>
        Path.Combine(root.ProjectsDirectory, ProjectDirectoryName.ForWriting(root.ProjectsDirectory, workDir));

    private static ValueTask CreateFile(TranscriptLocation location, byte[] lines)
    {
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(location.Directory);
        }
        else
        {
            Directory.CreateDirectory(location.Directory, DirectoryMode);
            options.UnixCreateMode = FileMode;
        }

        using var file = new FileStream(location.MainPath, options);
        file.Write(lines);
        return default;
    }

    private static ValueTask DeleteFiles(TranscriptLocation location)
    {
        File.Delete(location.MainPath);
        File.Delete(location.AsidePath);
        return default;
    }
}
