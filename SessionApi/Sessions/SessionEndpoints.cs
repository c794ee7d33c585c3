using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Sessions;

/// <summary>List, create, open, rename and delete sessions.</summary>
internal static class SessionEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/api/sessions");
        sessions.MapMethods("", Reading, List(routes.ServiceProvider))
            .Describe("listSessions", "A page of the sessions, newest conversation first, as {sessions, total, index}. 304 for an If-None-Match that still holds.")
            .Query("project", "string", "The absolute path of a project, or the name of its directory.")
            .Query("title", "string", "Words, at most 200 characters: only rows that have each of them in the title or in the name of the folder. Has no tag.")
            .Query("ids", "string", "Ids with commas between them, at most 200: only the rows of these sessions. Has no tag.")
            .Query("limit", "integer", "How many rows, from 0 on; 20 unless given.")
            .Query("offset", "integer", "How many rows are left out, from 0 on; 0 unless given.")
            .Answers()
            .Fails(400);
        routes.MapMethods("/api/projects", Reading, (RequestDelegate)(context =>
            context.RequestServices.GetRequiredService<ProjectList>().AnswerAsync(context)))
            .Describe("listProjects", "What sessions there are of which project, the one with the newest session first, as {projects, total, index}. 304 for an If-None-Match that still holds.")
            .Answers();
        sessions.MapPost("", Create)
            .Describe("createSession", "Creates a session in {workDir, permissionMode}, both optional: the home directory and the usual mode. No agent is started.")
            .Answers(SessionJson.Default.SessionCreated, StatusCodes.Status201Created)
            .Fails(400, 413);
        sessions.MapGet("/{id}", Find)
            .Describe("readSession", "The row of a session with its messages.")
            .Answers()
            .Fails(404);
        sessions.MapGet("/{id}/messages", FindMessages)
            .Describe("listMessages", "The messages of a session as {messages, taskNotifications}; with a parameter one page of them, with nextBefore.")
            .Query("before", "integer", "A byte offset of the transcript that the page ends before.")
            .Query("limit", "integer", "How many messages, 1 to 500; 100 unless given.")
            .Answers()
            .Fails(400, 404);
        sessions.MapPatch("/{id}", Rename)
            .Describe("renameSession", "Gives a session the title in {title}, which must not be empty.")
            .Answers(SessionJson.Default.SessionChanged)
            .Fails(400, 404, 413);
        sessions.MapDelete("/{id}", Delete)
            .Describe("deleteSession", "Stops the session's agent, removes its transcript and closes its sockets.")
            .Answers(SessionJson.Default.SessionChanged)
            .Fails(404, 503);
        sessions.MapPost("/batch-delete", DeleteMany)
            .Describe("deleteSessions", "Deletes the sessions in {sessionIds}, and says of each that could not be deleted why.")
            .Answers(SessionJson.Default.SessionBatchOutcome)
            .Fails(400, 413);
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
