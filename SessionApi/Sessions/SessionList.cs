using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Answers <c>GET /api/sessions</c>. On the way of every poll of every client, so it goes straight to the response.</summary>
internal sealed class SessionList(SessionCatalog catalog, IndexStorageStatus storage, SessionPages pages, SessionListMetrics metrics)
{
    // May be stored, but is asked for each time. The answer depends on no request header, so there is nothing to vary by.
    private static readonly StringValues Revalidate = "private, no-cache";
    private static readonly StringValues DoNotStore = "no-store";

    public async Task AnswerAsync(HttpContext context)
    {
        if (SessionListQuery.Parse(context.Request, out var query) is { } error)
        {
            await error.ExecuteAsync(context);
            return;
        }

        // Which rows have the words is known when all rows are.
        var needed = query.Wanted is null ? (int)Math.Min(int.MaxValue, (long)query.Offset + query.Limit) : int.MaxValue;
        var view = await catalog.ReadAsync(needed, query.Project is null ? null : ProjectDirectoryName.Sanitize(query.Project), context.RequestAborted);
        var stored = storage.Current;
        view = view with { StoredBytes = (stored.DatabaseBytes, stored.WalBytes) };
        var rows = query.Project is null ? view.Snapshot.Rows : view.Snapshot.RowsOf(query.Project);
        if (query.Wanted is { } wanted)
        {
            rows = rows.Matching(wanted);
            view = view with { Total = rows.Count };
        }

        var start = Math.Min(query.Offset, rows.Count);
        var count = Math.Min(query.Limit, rows.Count - start);
        if (view.IsBuilding || query.Wanted is not null)
        {
            // No two answers are the same while the list is built; and what somebody types is hardly ever asked for twice.
            context.Response.Headers.CacheControl = DoNotStore;
            await WriteAsync(context, new SessionListPage(view, rows, start, count, view.Total ?? rows.Count));
            return;
        }

        var cache = pages.Of(view);
        var key = new PageKey(rows, query.Project is null ? 0 : ProjectHash(query.Project), start, count);
        var isKnown = cache.TryFind(key, out var page);
        page ??= cache.Remember(key);
        context.Response.Headers.ETag = page.Tag;
        context.Response.Headers.CacheControl = Revalidate;
        if (Names(context.Request.Headers.IfNoneMatch, page.Tag))
        {
            metrics.Answered(ListAnswer.Unchanged);
            LeaveUntimed(context);
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        // Kept from the second time on: while agents write, most states of the list are asked for once.
        if (page.Segments is { } kept)
        {
            page.WasUsed = true;
            await WriteAsync(context, kept);
            return;
        }

        var content = new SessionListPage(view, rows, start, count, rows.Count);
        await (isKnown && cache.Keep(page, content) is { } segments ? WriteAsync(context, segments) : WriteAsync(context, content));
    }

    private Task WriteAsync(HttpContext context, SessionListPage content)
    {
        metrics.Answered(ListAnswer.Written);
        return Begin(context, content.Length) ? content.WriteAsync(context.Response.BodyWriter, context.RequestAborted) : Task.CompletedTask;
    }

    private async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte>[] segments)
    {
        metrics.Answered(ListAnswer.Kept);
        LeaveUntimed(context);
        if (!Begin(context, segments.Sum(static segment => (long)segment.Length)))
        {
            return;
        }

        foreach (var segment in segments)
        {
            if ((await context.Response.BodyWriter.WriteAsync(segment, context.RequestAborted)).IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>What is answered from memory says nothing by its duration, and is asked for most of all: it is counted, and not timed.</summary>
    private static void LeaveUntimed(HttpContext context)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } timing)
        {
            timing.MetricsDisabled = true;
        }
    }

    private static bool Begin(HttpContext context, long length)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = length;
        return !HttpMethods.IsHead(context.Request.Method);
    }

    private static int ProjectHash(string project) => string.GetHashCode(project, StringComparison.Ordinal) is var hash and not 0 ? hash : 1;

    /// <summary>Whether an If-None-Match names a tag. What a weak tag says here is the same.</summary>
    internal static bool Names(StringValues header, string tag)
    {
        if (header.Count == 0)
        {
            return false;
        }

        if (header.Count == 1 && header[0] == tag)
        {
            return true;
        }

        return EntityTagHeaderValue.TryParseList(header, out var tags)
            && tags.Any(candidate => candidate.Equals(EntityTagHeaderValue.Any) || candidate.Tag.Equals(tag, StringComparison.Ordinal));
    }
}
