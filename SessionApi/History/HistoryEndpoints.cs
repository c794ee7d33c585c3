using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.History;

/// <summary>Go back in a session, see what its turns did to files, and begin another session from one of its messages.</summary>
internal static class HistoryEndpoints
{
    public static IEndpointRouteBuilder MapHistory(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/api/sessions/{id}");
        session.MapGet("/turn-checkpoints", ListCheckpoints)
            .Describe("listTurnCheckpoints", "The turns of a session that changed files, each with what going back to before it would do.")
            .Answers(HistoryJson.Default.CheckpointList)
            .Fails(404);
        session.MapGet("/turn-checkpoints/diff", FindDiff)
            .Describe("readTurnDiff", "What a turn did to a file, as a unified diff. The turn is named by its message.")
            .Query("targetUserMessageId", "string", "The message's uuid.")
            .Query("userMessageIndex", "integer", "In its place: its number among the messages of people, from 0 on.")
            .Query("path", "string", "The file, absolute or relative to the session's directory.")
            .Answers(HistoryJson.Default.CheckpointDiff)
            .Fails(400, 404);
        session.MapPost("/rewind", Rewind)
            .Describe(
                "rewindSession",
                "Goes back to before a message of a person: {targetUserMessageId} or {userMessageIndex} names it, {expectedContent} is the text that it must have. "
                + "{dryRun: true} only says what would happen; {mode} is both, which is also what files hold, or conversation.")
            .Answers(HistoryJson.Default.RewindView)
            .Fails(400, 404, 409, 413, 503);
        session.MapPost("/branch", Branch)
            .Describe("branchSession", "Begins a session with the messages up to {targetMessageId}, under {title} or one made from the session's.")
            .Answers(HistoryJson.Default.BranchView, StatusCodes.Status201Created)
            .Fails(400, 404, 409, 413);
        return routes;
    }

    internal static async Task<IResult> ListCheckpoints(string id, TurnCheckpoints checkpoints, CancellationToken cancellationToken) =>
        TypedResults.Json(await checkpoints.ListAsync(id, cancellationToken), HistoryJson.Default.CheckpointList);

    internal static async Task<IResult> FindDiff(
        string id,
        [FromQuery] string? targetUserMessageId,
        [FromQuery] string? userMessageIndex,
        [FromQuery] string? path,
        TurnCheckpoints checkpoints,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            return ApiError.BadRequest("path (string) is required: a file of the turn, absolute or relative to the session's directory");
        }

        var target = HistoryTarget.Of(targetUserMessageId, userMessageIndex);
        return TypedResults.Json(await checkpoints.DiffAsync(id, target, path, cancellationToken), HistoryJson.Default.CheckpointDiff);
    }

    internal static async Task<IResult> Rewind(string id, HttpRequest request, SessionRewind rewind, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        return TypedResults.Json(await rewind.RunAsync(id, RewindRequest.Of(body.Root), cancellationToken), HistoryJson.Default.RewindView);
    }

    internal static async Task<IResult> Branch(string id, HttpRequest request, SessionBranch branch, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (HistoryTarget.OptionalText(body.Root, "targetMessageId") is not { Length: > 0 } target)
        {
            return ApiError.BadRequest("targetMessageId (string) is required in request body and must not be empty");
        }

        var title = HistoryTarget.OptionalText(body.Root, "title")?.Trim();
        var view = await branch.RunAsync(id, target, string.IsNullOrEmpty(title) ? null : title, cancellationToken);
        return TypedResults.Json(view, HistoryJson.Default.BranchView, statusCode: StatusCodes.Status201Created);
    }
}
