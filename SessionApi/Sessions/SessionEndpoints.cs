using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Sessions;

/// <summary>List, create, open, rename and delete sessions.</summary>
internal static class SessionEndpoints
{
    private const int DefaultLimit = 20;

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/api/sessions");
        sessions.MapGet("", List);
        sessions.MapPost("", Create);
        sessions.MapGet("/{id}", Find);
        sessions.MapGet("/{id}/messages", FindMessages);
        sessions.MapPatch("/{id}", Rename);
        sessions.MapDelete("/{id}", Delete);
        sessions.MapPost("/batch-delete", DeleteMany);
        return routes;
    }

    internal static async Task<IResult> List(
        [FromQuery] string? project, [FromQuery] string? limit, [FromQuery] string? offset,
        SessionCatalog catalog, IndexStorageStatus storage, CancellationToken cancellationToken)
    {
        if (!TryParse(limit, DefaultLimit, out var count))
        {
            return ApiError.BadRequest($"Invalid limit parameter: \"{limit}\" is not a whole number from 0 on");
        }

        if (!TryParse(offset, 0, out var skipped))
        {
            return ApiError.BadRequest($"Invalid offset parameter: \"{offset}\" is not a whole number from 0 on");
        }

        var filter = string.IsNullOrEmpty(project) ? null : project;
        var needed = (int)Math.Min(int.MaxValue, (long)skipped + count);
        var view = await catalog.ReadAsync(needed, filter is null ? null : ProjectDirectoryName.Sanitize(filter), cancellationToken);
        return new SessionListPage(view, storage.Current, filter, skipped, count);
    }

    internal static async Task<IResult> Create(
        HttpRequest request, SessionCreation creation, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        return await creation.CreateAsync(body.Root, cancellationToken);
    }

    internal static async Task<IResult> Find(
        string id, TranscriptStore store, TranscriptRoot root, TimeProvider time, CancellationToken cancellationToken)
    {
        var row = await store.FindRowAsync(id, cancellationToken);
        return row is not null && store.Locate(id) is { } location
            ? new SessionMessages(location, root, row, time)
            : ApiError.SessionNotFound(id);
    }

    internal static IResult FindMessages(string id, TranscriptStore store, TranscriptRoot root, TimeProvider time) =>
        store.Locate(id) is { } location ? new SessionMessages(location, root, row: null, time) : ApiError.SessionNotFound(id);

    internal static async Task<IResult> Rename(
        string id, HttpRequest request, TranscriptStore store, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (!body.Root.TryGetProperty("title"u8, out var title)
            || title.ValueKind != JsonValueKind.String
            || JsonRequestBody.Text(title).Trim() is not { Length: > 0 } text)
        {
            return ApiError.BadRequest("title (string) is required in request body and must not be empty");
        }

        if (store.Locate(id) is null)
        {
            return ApiError.SessionNotFound(id);
        }

        await store.AppendCustomTitleAsync(id, text, cancellationToken);
        return TypedResults.Json(new SessionChanged(Ok: true), SessionJson.Default.SessionChanged);
    }

    internal static async Task<IResult> Delete(
        string id, TranscriptStore store, [FromServices] ILiveSessionControl live, CancellationToken cancellationToken) =>
        await SessionDeletion.DeleteAsync(id, store, live, cancellationToken)
            ? TypedResults.Json(new SessionChanged(Ok: true), SessionJson.Default.SessionChanged)
            : ApiError.SessionNotFound(id);

    internal static async Task<IResult> DeleteMany(
        HttpRequest request, SessionBatchDeletion deletion, [FromServices] ILiveSessionControl live, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        return await deletion.DeleteAsync(body.Root, live, cancellationToken);
    }

    private static bool TryParse(string? text, int fallback, out int value)
    {
        value = string.IsNullOrEmpty(text) ? fallback : JavaScriptInteger.Parse(text) ?? -1;
        return value >= 0;
    }
}
