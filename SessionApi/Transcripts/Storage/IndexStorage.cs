using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>
/// Keeps what the catalogue knows on disk, so that the next start need not read every transcript. It is never needed: what is
/// missing or old in it is read from the transcripts, which stay the only truth, and without it the catalogue is the same.
/// </summary>
internal sealed partial class IndexStorage(
    IndexFiles files,
    TranscriptRoot root,
    SessionCatalog catalog,
    IndexChanges changes,
    IndexStorageStatus status,
    IOptions<IndexStorageOptions> options,
    TranscriptMetrics metrics,
    TimeProvider time,
    ILogger<IndexStorage> logger) : IDisposable
{
    // Of a transaction: less than a megabyte, and enough of them that a first build does not write each page of the file many times.
    private const int BatchSize = 2000;

    /// <summary>How long a storage that failed, or that another process uses, is left alone.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly StateWriter _writer = new();
    private IndexLock? _lock;
    private IndexDatabase? _database;
    private bool _isLoaded;
    private bool _isDisposed;
    private long _triedAt;

    /// <summary>Gives the catalogue what an earlier run stored of the transcripts that were found. Once, before its first round.</summary>
    public Task LoadAsync(Findings findings, CancellationToken cancellationToken) => InTurnAsync(
        async token =>
        {
            var restore = new IndexRestore(catalog, changes, findings);
            Load(restore);
            // Also what came before a failure: it was taken over, so nobody will read it again.
            await catalog.PublishRestoredAsync(restore.Unchanged, token);
        },
        cancellationToken);

    /// <summary>Writes what changed since the last time. Opens the database when that is due.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => InTurnAsync(WriteAsync, cancellationToken);

    public void Dispose()
    {
        // A host that is torn down without an orderly stop may still be writing, or about to.
        _turn.Wait();
        _isDisposed = true;
        Close();
        _turn.Release();
    }

    private async Task InTurnAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_isDisposed)
            {
                await step(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Load(IndexRestore restore)
    {
        _isLoaded = true;
        if (!options.Value.Persist)
        {
            GiveUp(IndexStorageKind.Off, $"The index is not kept, as {IndexStorageOptions.Section}:{nameof(IndexStorageOptions.Persist)} says.");
        }
        else if (File.Exists(files.Database))
        {
            Try(() => Open(restore));
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_database is not null && !File.Exists(files.Database))
        {
            // Somebody deleted it. What is written to a deleted file is lost, so begin a new one.
            Close();
            changes.Add(catalog.Locations);
        }

        if (_database is null && MayOpen())
        {
            Try(() => Open(restore: null));
        }

        while (_database is not null && !changes.IsEmpty)
        {
            await WriteBatchAsync(cancellationToken);
        }
    }

    private bool MayOpen() => _isLoaded && status.Current.Kind switch
    {
        // Nothing is made before there is something to keep.
        IndexStorageKind.Starting or IndexStorageKind.Used => !changes.IsEmpty,
        IndexStorageKind.Unavailable or IndexStorageKind.UsedElsewhere => time.GetElapsedTime(_triedAt) >= RetryInterval,
        _ => false,
    };

    private async Task WriteBatchAsync(CancellationToken cancellationToken)
    {
        // In the order of the rows in the file, so that each page is changed once.
        var locations = changes.Take(BatchSize);
        locations.Sort(IndexChanges.Order);
        var batch = new List<IndexChange>(locations.Count);
        try
        {
            foreach (var location in locations)
            {
                _writer.Clear();
                var (main, aside, exists) = await catalog.StoreAsync(location, _writer, cancellationToken);
                batch.Add(new IndexChange(location, main, aside, exists ? _writer.Written.ToArray() : null));
            }
        }
        catch
        {
            changes.Add(locations);
            throw;
        }

        Try(() =>
        {
            _database!.Write(batch);
            metrics.IndexBatchWritten();
            status.Measure();
        });
    }

    /// <summary>Does something with the files. What goes wrong ends in a state, never in an exception.</summary>
    private void Try(Action step)
    {
        _triedAt = time.GetTimestamp();
        try
        {
            step();
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            BeginAnew(damaged);
        }
        catch (IndexSchemaException newer)
        {
            GiveUp(IndexStorageKind.NewerSchema, $"{newer.Message} It is left as it is; this run keeps none.");
        }
        catch (Exception failure) when (failure
            is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException)
        {
            GiveUp(IndexStorageKind.Unavailable, $"The index cannot be kept in {files.Directory}: {failure.Message}");
        }
    }

    private void Open(IndexRestore? restore)
    {
        var started = time.GetTimestamp();
        PrivateFiles.CreateDirectory(files.Directory);
        _lock ??= IndexLock.TryTake(files.Lock);
        if (_lock is null)
        {
            GiveUp(IndexStorageKind.UsedElsewhere, $"The index is kept by another server ({IndexLock.OwnerOf(files.Lock)}); this one keeps none.");
            return;
        }

        _database = IndexDatabase.Open(files.Database);
        if (restore is not null)
        {
            var loaded = _database.Load(root.ProjectsDirectory, restore.Take);
            metrics.IndexLoaded(time.GetElapsedTime(started));
            Log.Loaded(logger, loaded, (long)time.GetElapsedTime(started).TotalMilliseconds);
        }
        else if (status.Current.Kind is not (IndexStorageKind.Starting or IndexStorageKind.Used))
        {
            // While it was closed nothing was noted down.
            changes.Start();
            changes.Add(catalog.Locations);
        }

        status.Become(IndexStorageKind.Used, $"The index is kept in {files.Directory}.");
        status.Measure();
    }

    /// <summary>Puts the damaged database away; the next flush makes a new one and writes all that is known.</summary>
    private void BeginAnew(SqliteException damaged)
    {
        _database?.Dispose();
        _database = null;
        try
        {
            files.SetAside();
            Log.Damaged(logger, files.Database, files.Damaged, damaged);
            status.Become(IndexStorageKind.Starting, "The index was damaged and is built anew.");
            changes.Add(catalog.Locations);
            Close();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(IndexStorageKind.Unavailable, $"The index is damaged and cannot be moved out of the way: {failure.Message}");
        }
    }

    private void GiveUp(IndexStorageKind kind, string sentence)
    {
        Close();
        changes.Stop();
        status.Become(kind, sentence);
    }

    private void Close()
    {
        _database?.Dispose();
        _database = null;
        _lock?.Dispose();
        _lock = null;
    }
}
