using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>
/// The pace of the search index: once the session list is complete it reads the newest sessions first, at a bounded rate and on a thread
/// that gives way to all others; after that, at an interval, what has changed.
/// </summary>
internal sealed partial class SearchIndexer(
    SessionCatalog catalog, SearchIndex index, IOptions<SessionSearchOptions> options, TimeProvider time, ILogger<SearchIndexer> logger) : BackgroundService
{
    private readonly TranscriptIndexing _indexing = new(index, new ReadingPace(options.Value.IndexBytesPerSecond, time));
    private volatile bool _isComplete;
    private int _openingsSeen;

    public SearchIndex Index => index;

    /// <summary>Whether all that there is room for is in the index, but for what has just changed.</summary>
    public bool IsComplete => _isComplete && index.Waiting == 0;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Index)
        {
            return;
        }

        await catalog.Built.WaitAsync(stoppingToken);
        using var thread = new ReadingScheduler(threads: 1);
        catalog.Renewed += index.Touch;
        try
        {
            await await Task.Factory.StartNew(() => RunAsync(stoppingToken), stoppingToken, TaskCreationOptions.None, thread);
        }
        finally
        {
            catalog.Renewed -= index.Touch;
        }
    }

    /// <summary>One round: reads what is missing and what has changed.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        if (!index.TryOpen())
        {
            _isComplete = false;
            return;
        }

        var rows = (await catalog.ReadAsync(cancellationToken)).Snapshot.Rows;
        if (_openingsSeen != index.Openings)
        {
            (_openingsSeen, _isComplete) = (index.Openings, false);
            index.Tidy(PathsOldestFirst(rows));
            foreach (var row in rows)
            {
                var known = index.Find(row.Path);
                if (known?.IsStale ?? index.HasRoom)
                {
                    await IndexAsync(LocationOf(row), cancellationToken);
                }
            }
        }

        _isComplete &= index.Waiting == 0;
        foreach (var location in index.TakeChanged())
        {
            await IndexAsync(location, cancellationToken);
        }

        index.Tidy(PathsOldestFirst(rows));
        _isComplete = true;
    }

    private static TranscriptLocation LocationOf(SessionRow row) => new(Path.GetDirectoryName(row.Path)!, row.Id);

    private static IEnumerable<string> PathsOldestFirst(SessionRows rows) => rows.Reverse().Select(row => row.Path);

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.IndexInterval, time);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                Log.RoundFailed(logger, failure);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task IndexAsync(TranscriptLocation location, CancellationToken cancellationToken)
    {
        try
        {
            if (index.IsOpen)
            {
                await _indexing.IndexAsync(location, cancellationToken);
            }
        }
        catch (InvalidDataException damaged)
        {
            index.Forget(location);
            Log.NotIndexed(logger, location.MainPath, damaged);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The session list says of a transcript that it cannot be read, and the index of itself. A search reads the transcript.
            Log.NotIndexed(logger, location.MainPath, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A round of the search index failed; the next one runs as planned.")]
        public static partial void RoundFailed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Debug, "The transcript {Path} could not be read into the search index.")]
        public static partial void NotIndexed(ILogger logger, string path, Exception exception);
    }
}
