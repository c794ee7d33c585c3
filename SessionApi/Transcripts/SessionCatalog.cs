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
    // How long an early list request waits for the first build. Longer would look like a hang.
    private static readonly TimeSpan FirstBuildWait = TimeSpan.FromSeconds(3);

    // Parsing shares the machine with the requests and with the agents themselves.
    private const int MaxConcurrentReads = 2;

    private readonly CatalogEntries _entries = new();
    private readonly TaskCompletionSource _firstBuild = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _publishing = new();
    private CatalogSnapshot _snapshot = CatalogSnapshot.Empty;
    private volatile bool _isBuilt;

    /// <summary>The list as it is now; before the first build is complete, after a bounded wait, what is known of it.</summary>
    public async ValueTask<CatalogView> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_isBuilt)
        {
            try
            {
                await _firstBuild.Task.WaitAsync(FirstBuildWait, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                var known = CatalogSnapshot.Of(_entries.Rows, time.GetUtcNow());
                return new CatalogView(known, IsBuilding: true, [.. _entries.Locations.Select(location => location.ProjectName)]);
            }
        }

        return new CatalogView(Volatile.Read(ref _snapshot), IsBuilding: false, Discovered: []);
    }

    /// <summary>One round: finds what changed on disk and reads it.</summary>
    public async Task ScanOnceAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await ApplyAsync(discovery.FindAll(), cancellationToken);
        metrics.ScanCompleted(time.GetElapsedTime(started), _snapshot.Rows.Length);
    }

    /// <summary>
    /// Brings the catalogue up to what was found. The finding may be old by now: it only says where to look, every entry is
    /// then set by what its files are when they are read.
    /// </summary>
    public async Task ApplyAsync(IReadOnlyCollection<FoundTranscript> found, CancellationToken cancellationToken)
    {
        var changed = new List<FoundTranscript>();
        foreach (var transcript in found)
        {
            // All are entered before any is read, so that the total is known from the first answer on.
            var entry = _entries.Enter(transcript.Location);
            if (!entry.File.Matches(transcript.Main, transcript.Aside) && entry.Unreadable != transcript)
            {
                changed.Add(transcript);
            }
        }

        changed.Sort((x, y) => y.ModifiedTicks.CompareTo(x.ModifiedTicks));
        var seen = found.Select(transcript => transcript.Location).ToHashSet();
        var gone = _entries.Locations.Where(location => !seen.Contains(location)).Select(location => new FoundTranscript(location, null, null));
        var reads = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(changed.Concat(gone.ToList()), reads, RefreshQuietlyAsync);
        PublishRound();
    }

    /// <summary>Reads a transcript now and says what it holds; null when its files are gone.</summary>
    public async Task<T?> ReadAsync<T>(TranscriptLocation location, Func<TranscriptFile, T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var held = await _entries.HoldAsync(location, cancellationToken);
        await UpdateAsync(held.Entry, cancellationToken);
        return held.Entry.File.Fold is null ? null : read(held.Entry.File);
    }

    /// <summary>Reads a transcript now and returns its row; null when its files are gone.</summary>
    public async Task<SessionRow?> ReadRowAsync(TranscriptLocation location, CancellationToken cancellationToken)
    {
        using var held = await _entries.HoldAsync(location, cancellationToken);
        await UpdateAsync(held.Entry, cancellationToken);
        return held.Entry.Row;
    }

    /// <summary>Writes to a transcript's files. When this returns, the list shows the result.</summary>
    public async Task WriteAsync(TranscriptLocation location, Func<TranscriptFile, ValueTask> write, CancellationToken cancellationToken)
    {
        using var held = await _entries.HoldAsync(location, cancellationToken);
        await UpdateAsync(held.Entry, cancellationToken);
        try
        {
            await write(held.Entry.File);
        }
        finally
        {
            // From here on it has happened, whether or not the caller still waits.
            await UpdateAsync(held.Entry, CancellationToken.None);
        }
    }

    private async ValueTask RefreshQuietlyAsync(FoundTranscript transcript, CancellationToken cancellationToken)
    {
        using var held = await _entries.HoldAsync(transcript.Location, cancellationToken);
        try
        {
            await UpdateAsync(held.Entry, cancellationToken);
            held.Entry.Unreadable = null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            held.Entry.Unreadable = transcript;
            Log.Unreadable(logger, transcript.Location.MainPath, unreadable);
        }
    }

    private async ValueTask UpdateAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        if (!await entry.File.UpdateAsync(cancellationToken))
        {
            return;
        }

        changes.Add(entry.Location);
        var fold = entry.File.Fold;
        metrics.CorruptLinesSeen((fold?.CorruptLines ?? 0) - entry.CorruptLines);
        entry.CorruptLines = fold?.CorruptLines ?? 0;
        if (fold is not null)
        {
            metrics.TranscriptRead();
        }

        Publish(entry, fold is null ? null : SessionRow.Of(entry.Location, entry.File, fold, workspaces));
    }

    private void Publish(CatalogEntry entry, SessionRow? row)
    {
        lock (_publishing)
        {
            var before = entry.Row;
            entry.Row = row;
            if (_isBuilt && (before is not null || row is not null))
            {
                _snapshot = _snapshot.With(before, row, time.GetUtcNow());
            }
        }
    }

    private void PublishRound()
    {
        var inUse = _entries.Rows.Select(row => row.WorkspaceKey).ToHashSet();
        var workspacesChanged = workspaces.Refresh(inUse);
        if (_isBuilt && !workspacesChanged)
        {
            return;
        }

        lock (_publishing)
        {
            foreach (var entry in _entries.All)
            {
                if (entry.Row is { } row && workspaces.Resolve(row.WorkspaceKey) is var workspace && workspace != row.Workspace)
                {
                    entry.Row = row.In(workspace);
                }
            }

            _snapshot = CatalogSnapshot.Of(_entries.Rows, time.GetUtcNow());
            _isBuilt = true;
        }

        if (_firstBuild.TrySetResult())
        {
            Log.Built(logger, _snapshot.Rows.Length);
        }
    }
}
