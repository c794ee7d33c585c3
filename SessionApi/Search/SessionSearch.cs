using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Search.Index;
using Sidecar.SessionApi.Search.Texts;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search;

/// <summary>
/// Searches what was said in all sessions. The session list says which there are and in what order; the transcripts decide what is found.
/// </summary>
internal sealed class SessionSearch(
    SessionCatalog catalog,
    SearchIndex index,
    SearchThreads threads,
    SessionSearchBounds bounds,
    SessionSearchMetrics metrics,
    IOptions<SessionSearchOptions> options,
    TimeProvider time)
{
    /// <summary>How many sessions are counted. Nobody reads so long a list, and a common word is in nearly every session.</summary>
    public const int MaxCounted = 1000;

    // Sessions that a thread takes at a time: enough that taking costs nothing, few enough that both end together.
    private const int BatchSize = 32;

    // Sessions that are searched before it is asked whether they were enough.
    private const int FirstRound = 8 * BatchSize;

    /// <summary>Searches. Ends early when the client leaves.</summary>
    /// <exception cref="ApiErrorException">503: too many searches, or this one takes too long.</exception>
    public async Task<SessionSearchAnswer> SearchAsync(SessionSearchQuery query, CancellationToken cancellationToken)
    {
        if (!bounds.Searches.TryAdd(1))
        {
            throw new ApiErrorException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "SEARCH_BUSY", $"{bounds.Searches.Limit} searches are running already; try again later"));
        }

        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var answer = await await Task.Factory.StartNew(
                () => AnswerAsync(query, either.Token), either.Token, TaskCreationOptions.None, threads.Scheduler);
            metrics.Searched(time.GetElapsedTime(started), answer.Total > 0);
            return answer;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ApiErrorException(new ApiError(
                StatusCodes.Status503ServiceUnavailable,
                "SEARCH_TIMEOUT",
                $"The search took longer than {options.Value.Timeout} ({SessionSearchOptions.Section}:{nameof(SessionSearchOptions.Timeout)})"));
        }
        finally
        {
            bounds.Searches.Remove(1);
        }
    }

    private async Task<SessionSearchAnswer> AnswerAsync(SessionSearchQuery query, CancellationToken cancellationToken)
    {
        var search = new TranscriptSearch(new SearchPattern(query.Text, query.IsCaseSensitive), index, metrics);
        var found = await FindAsync(await RowsAsync(query, cancellationToken), search, cancellationToken);
        var results = new List<FoundSession>();
        var total = found.Count;
        for (var taken = 0; taken < found.Count && results.Count < query.Limit;)
        {
            var rows = found.GetRange(taken, Math.Min(query.Limit - results.Count, found.Count - taken));
            var read = await ReadAsync(rows, search, query.MatchesPerSession, cancellationToken);
            results.AddRange(read.OfType<FoundSession>());
            // Changed since they were found.
            total -= read.Count(session => session is null);
            taken += rows.Count;
        }

        return new SessionSearchAnswer(results, total, Truncated: total > results.Count);
    }

    // A search that answers for half of the sessions says that the others do not hold the text.
    private async Task<List<SessionRow>> RowsAsync(SessionSearchQuery query, CancellationToken cancellationToken)
    {
        var view = await catalog.ReadAsync(cancellationToken);
        if (view.IsBuilding)
        {
            await catalog.Built.WaitAsync(cancellationToken);
            view = await catalog.ReadAsync(cancellationToken);
        }

        return [.. view.Snapshot.Rows.Where(query.Includes)];
    }

    /// <returns>Those of the sessions that hold the pattern, in their order; the first <see cref="MaxCounted"/> of them.</returns>
    private async Task<List<SessionRow>> FindAsync(List<SessionRow> rows, TranscriptSearch search, CancellationToken cancellationToken)
    {
        var found = new List<SessionRow>();
        var searched = 0;
        while (searched < rows.Count && found.Count < MaxCounted)
        {
            var round = rows.GetRange(searched, Math.Min(NextRound(searched, found.Count), rows.Count - searched));
            var holds = await HoldAsync(round, search, cancellationToken);
            found.AddRange(round.Where((_, i) => holds[i]));
            searched += round.Count;
        }

        return found.Count > MaxCounted ? found.GetRange(0, MaxCounted) : found;
    }

    /// <summary>How many sessions come next: as many as were searched so far, unless fewer promise to be enough.</summary>
    private static int NextRound(int searched, int found)
    {
        var enough = found == 0 ? int.MaxValue : (int)((long)(MaxCounted - found) * searched / found) + BatchSize;
        return Math.Max(FirstRound, Math.Min(searched, enough));
    }

    /// <returns>Of each session whether it holds the pattern.</returns>
    private async Task<bool[]> HoldAsync(List<SessionRow> rows, TranscriptSearch search, CancellationToken cancellationToken)
    {
        var holds = new bool[rows.Count];
        var batches = (rows.Count + BatchSize - 1) / BatchSize;
        await Parallel.ForEachAsync(Enumerable.Range(0, batches), OnThreads(cancellationToken), async (batch, token) =>
        {
            var hits = new TextHits(maxPlaces: 0, stopsAtFirst: true);
            for (var i = batch * BatchSize; i < Math.Min(rows.Count, (batch + 1) * BatchSize); i++)
            {
                token.ThrowIfCancellationRequested();
                hits.Clear();
                await search.FindAsync(rows[i].Path, hits, token);
                holds[i] = hits.Count > 0;
            }
        });
        return holds;
    }

    /// <returns>Each session with its matches; null when it has none any more.</returns>
    private async Task<FoundSession?[]> ReadAsync(List<SessionRow> rows, TranscriptSearch search, int matches, CancellationToken cancellationToken)
    {
        var read = new FoundSession?[rows.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, rows.Count), OnThreads(cancellationToken), async (i, token) =>
            read[i] = await ReadAsync(rows[i], search, matches, token));
        return read;
    }

    private ParallelOptions OnThreads(CancellationToken cancellationToken) => new()
    {
        MaxDegreeOfParallelism = SearchThreads.Count,
        CancellationToken = cancellationToken,
        TaskScheduler = threads.Scheduler,
    };

    private static async Task<FoundSession?> ReadAsync(SessionRow row, TranscriptSearch search, int matches, CancellationToken cancellationToken)
    {
        var hits = new TextHits(matches, stopsAtFirst: false);
        await search.FindAsync(row.Path, hits, cancellationToken);
        var texts = search.Read(row.Path, hits);
        if (texts.Count < hits.Places.Count)
        {
            // The transcript is no longer what the index, or the scan, has seen of it.
            await search.ScanAsync(row.Path, hits, cancellationToken);
            texts = search.Read(row.Path, hits);
        }

        return texts.Count == 0
            ? null
            : new FoundSession(row.Id, row.Title, row.ProjectName, row.WorkspaceKey.WorkDir, row.ModifiedAt, hits.Count, texts);
    }
}
