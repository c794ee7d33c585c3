using System.Collections.Concurrent;
using System.Text.Json;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>Deletes several sessions; each one's failure is its own.</summary>
internal sealed partial class SessionBatchDeletion(TranscriptStore store, ILogger<SessionBatchDeletion> logger)
{
    // Each deletion may wait for an agent to stop.
    private const int MaxConcurrent = 8;

    public async Task<IResult> DeleteAsync(JsonElement body, ILiveSessionControl live, CancellationToken cancellationToken)
    {
        if (ReadIds(body) is not { } ids)
        {
            return ApiError.BadRequest("sessionIds must be an array of one or more non-empty strings");
        }

        var failures = new ConcurrentDictionary<string, SessionDeletionFailure>();
        var concurrency = new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrent, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, concurrency, async (id, token) =>
        {
            if (await TryDeleteAsync(id, live, token) is { } failure)
            {
                failures[id] = failure;
            }
        });

        var outcome = new SessionBatchOutcome(
            failures.IsEmpty,
            [.. ids.Where(id => !failures.ContainsKey(id))],
            [.. ids.Where(failures.ContainsKey).Select(id => failures[id])]);
        return TypedResults.Json(outcome, SessionJson.Default.SessionBatchOutcome);
    }

    private async ValueTask<SessionDeletionFailure?> TryDeleteAsync(string id, ILiveSessionControl live, CancellationToken cancellationToken)
    {
        try
        {
            return await SessionDeletion.DeleteAsync(id, store, live, cancellationToken)
                ? null
                : new SessionDeletionFailure(id, ApiError.SessionNotFound(id).Message, "NOT_FOUND");
        }
        catch (ApiErrorException refused)
        {
            return new SessionDeletionFailure(id, refused.Error.Message, refused.Error.Code);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TimeoutException)
        {
            Log.Failed(logger, id, failure);
            return new SessionDeletionFailure(id, failure.Message, Code: null);
        }
    }

    private static List<string>? ReadIds(JsonElement body)
    {
        if (!body.TryGetProperty("sessionIds"u8, out var ids) || ids.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var read = new List<string>();
        foreach (var id in ids.EnumerateArray())
        {
            var text = id.ValueKind == JsonValueKind.String ? JsonRequestBody.Text(id).Trim() : "";
            if (text.Length == 0)
            {
                return null;
            }

            read.Add(text);
        }

        return read.Count == 0 ? null : [.. read.Distinct(StringComparer.Ordinal)];
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Session {SessionId} could not be deleted.")]
        public static partial void Failed(ILogger logger, string sessionId, Exception exception);
    }
}
