using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>List, create, open, rename and delete sessions.</summary>
internal static class SessionEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/api/sessions");
        sessions.MapMethods("", Reading, List(routes.ServiceProvider));
        sessions.MapPost("", Create);
        sessions.MapGet("/{id}", Find);
        sessions.MapGet("/{id}/messages", FindMessages);
        sessions.MapPatch("/{id}", Rename);
        sessions.MapDelete("/{id}", Delete);
        sessions.MapPost("/batch-delete", DeleteMany);
        return routes;
    }

    // Resolved once, and not before the first request: its services may need options that are not validated before then.
    private static RequestDelegate List(IServiceProvider services)
    {
        SessionList? list = null;
        return context => (list ??= services.GetRequiredService<SessionList>()).AnswerAsync(context);
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

    internal static IResult FindMessages(
        string id, [FromQuery] string? before, [FromQuery] string? limit, TranscriptStore store, TranscriptRoot root, TimeProvider time)
    {
        if (MessagePage.TryParse(before, limit, out var page) is { } error)
        {
            return ApiError.BadRequest(error);
        }

        return store.Locate(id) is { } location ? new SessionMessages(location, root, row: null, time, page) : ApiError.SessionNotFound(id);
    }

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
}
