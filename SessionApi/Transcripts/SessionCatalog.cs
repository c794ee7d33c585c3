using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Every transcript there is, as sorted rows in memory. Requests read the snapshot; transcripts are opened only here, when
/// their stamps have changed, and under their entry's gate.
/// </summary>
internal sealed partial class SessionCatalog(
    TranscriptDiscovery discovery,
    WorkspaceResolver workspaces,
    TranscriptMetrics metrics,
    IndexChanges changes,
    TimeProvider time,
    ILogger<SessionCatalog> logger)
{
    // How long an early list request waits for the rows it asks for. Longer would look like a hang.
    private static readonly TimeSpan FirstBuildWait = TimeSpan.FromSeconds(3);

    private readonly CatalogEntries _entries = new();
    private readonly CatalogBuild _build = new();
    private readonly CatalogFaults _faults = new();
    private readonly TaskCompletionSource _firstBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _publishing = new();
    private CatalogSnapshot _snapshot = CatalogSnapshot.Empty;
    private volatile bool _isBuilt;

    /// <summary>Done when every transcript was read once.</summary>
    public Task Built => _firstBuild.Task;

    /// <summary>
    /// Raised under the gate of a transcript that was read because it had changed or gone, before the list shows it. Must not wait.
    /// </summary>
    public event Action<TranscriptLocation>? Renewed;

    /// <summary>
    /// The list as it is now. Before the first build is complete: as soon as the first rows of it, as many as are asked for,
    /// are certain; after a bounded wait what is known of it.
    /// </summary>
    /// <param name="needed">How many rows from the start on must be right.</param>
    /// <param name="project">The name of the project directory, if only its rows count.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async ValueTask<CatalogView> ReadAsync(int needed, string? project, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!_isBuilt)
        {
            // Taken before the look, so that nothing is read unnoticed between the two.
            var progress = _build.Progress;
            progress = _build.IsOver ? _firstBuild.Task : progress;
            var remaining = FirstBuildWait - time.GetElapsedTime(started);
            if (remaining <= TimeSpan.Zero || _faults.RootFailure is not null || IsCertain(needed, project))
            {
                return ViewOfBuild(project);
            }

            try
            {
                await progress.WaitAsync(remaining, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // What is known is answered then.
            }
        }

        var snapshot = Volatile.Read(ref _snapshot);
        return new CatalogView(snapshot, _faults.Judge(snapshot.Rows.Count), Total: null);
    }

    /// <summary>The whole list, as soon as it is complete or a bounded wait is over.</summary>
    public ValueTask<CatalogView> ReadAsync(CancellationToken cancellationToken) => ReadAsync(int.MaxValue, project: null, cancellationToken);

    /// <summary>How the list is at this moment, without a wait.</summary>
    public CatalogStanding Stand()
    {
        if (_isBuilt)
        {
            var snapshot = Volatile.Read(ref _snapshot);
            return new CatalogStanding(snapshot, snapshot.Rows.Count, _faults.Judge(snapshot.Rows.Count).State);
        }

        var rows = _entries.Rows.Count();
        return new CatalogStanding(Snapshot: null, rows, _faults.RootFailure is null ? CatalogState.Building : _faults.Judge(rows).State);
    }

    /// <summary>Where transcripts of an id are known to lie; files that have gone or come since are not looked for.</summary>
    public IReadOnlyList<TranscriptLocation> PlacesOf(string sessionId) => _entries.PlacesOf(sessionId);

    /// <summary>The title of a session as the list has it; null when it is not in the list.</summary>
    public string? TitleOf(string sessionId) =>
        PlacesOf(sessionId).Select(_entries.RowOf).OfType<SessionRow>().MaxBy(row => row.ModifiedTicks)?.Title;

    /// <summary>Reads a transcript now and says what it holds; null when its files are gone.</summary>
    public async Task<T?> ReadAsync<T>(TranscriptLocation location, Func<TranscriptFile, T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var held = await _entries.HoldAsync(location, cancellationToken);
        await UpdateAsync(held.Entry, ReadCause.Request, cancellationToken);
        return held.Entry.File.Fold is null ? null : read(held.Entry.File);
    }

    /// <summary>Reads a transcript now and returns its row; null when its files are gone.</summary>
    public async Task<SessionRow?> ReadRowAsync(TranscriptLocation location, CancellationToken cancellationToken)
    {
        using var held = await _entries.HoldAsync(location, cancellationToken);
        await UpdateAsync(held.Entry, ReadCause.Request, cancellationToken);
        await LookAgainAsync(held.Entry);
        return held.Entry.Row;
    }

    /// <summary>Writes to a transcript's files. When this returns, the list shows the result.</summary>
    public async Task WriteAsync(TranscriptLocation location, Func<TranscriptFile, ValueTask> write, CancellationToken cancellationToken)
    {
        using var held = await _entries.HoldAsync(location, cancellationToken);
        await UpdateAsync(held.Entry, ReadCause.Request, cancellationToken);
        try
        {
            await write(held.Entry.File);
        }
        finally
        {
            // From here on it has happened, whether or not the caller still waits.
            await UpdateAsync(held.Entry, ReadCause.Write, CancellationToken.None);
            await LookAgainAsync(held.Entry);
        }
    }

    /// <summary>Looks again at working directories whose turn it is, so that one that came or went is seen.</summary>
    public async Task RefreshWorkspacesAsync()
    {
        if (await workspaces.RefreshAsync(() => _entries.Rows.Select(row => row.WorkspaceKey).ToHashSet()))
        {
            ApplyWorkspaces();
        }
    }

    /// <summary>What there is to say about the transcripts, for whoever looks after the server.</summary>
    public CatalogReport Report() => CatalogReport.Of(_entries, _faults, Volatile.Read(ref _snapshot), _isBuilt, _lastSweep);

    private bool IsCertain(int needed, string? project)
    {
        // Read before the rows, which are then at least as complete.
        var horizon = _build.Horizon;
        if (horizon is long.MaxValue or long.MinValue || (project is null && !_build.HasRead(needed)))
        {
            return false;
        }

        var (known, certain, unread) = (0, 0, 0);
        foreach (var entry in _entries.All.Where(entry => IsIn(project, entry.Location.ProjectName)))
        {
            known++;
            unread += entry.Row is null && entry.Unreadable is null ? 1 : 0;
            certain += entry.Row?.ModifiedTicks > horizon ? 1 : 0;
        }

        return certain >= Math.Min(needed, known) || unread == 0;
    }

    private CatalogView ViewOfBuild(string? project)
    {
        // Read before the rows: who is counted here is at worst not among them yet.
        var all = _entries.Locations;
        var snapshot = CatalogSnapshot.Of(_entries.Rows, time.GetUtcNow());
        var health = _faults.Judge(snapshot.Rows.Count) with { Discovered = all.Count };
        if (_faults.RootFailure is null)
        {
            health = health with { State = CatalogState.Building };
        }

        return new CatalogView(snapshot, health, project is null ? all.Count : all.Count(location => IsIn(project, location.ProjectName)));
    }

    private static bool IsIn(string? project, string name) => project is null || ProjectDirectoryName.IsNameOf(name, project);
}
