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
    // Sessions that a thread takes at a time: enough that taking costs nothing, few enough that both end together.
    private const int BatchSize = 32;

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
        foreach (var row in found)
        {
            if (results.Count == query.Limit)
            {
                break;
            }

            if (await ReadAsync(row, search, query.MatchesPerSession, cancellationToken) is { } session)
            {
                results.Add(session);
            }
            else
            {
                // Changed since it was found.
                total--;
            }
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

    /// <returns>Those of the sessions that hold the pattern, in their order.</returns>
    private async Task<List<SessionRow>> FindAsync(List<SessionRow> rows, TranscriptSearch search, CancellationToken cancellationToken)
    {
        var holds = new bool[rows.Count];
        var batches = (rows.Count + BatchSize - 1) / BatchSize;
        var reads = new ParallelOptions
        {
            MaxDegreeOfParallelism = SearchThreads.Count,
            CancellationToken = cancellationToken,
            TaskScheduler = threads.Scheduler,
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, batches), reads, async (batch, token) =>
        {
            for (var i = batch * BatchSize; i < Math.Min(rows.Count, (batch + 1) * BatchSize); i++)
            {
                token.ThrowIfCancellationRequested();
                var hits = new TextHits(maxPlaces: 0, stopsAtFirst: true);
                await search.FindAsync(rows[i].Path, hits, token);
                holds[i] = hits.Count > 0;
            }
        });
        return [.. rows.Where((_, i) => holds[i])];
    }

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
