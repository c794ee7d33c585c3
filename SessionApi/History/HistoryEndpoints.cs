using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.History;

/// <summary>Go back in a session, see what its turns did to files, and begin another session from one of its messages.</summary>
internal static class HistoryEndpoints
{
    public static IEndpointRouteBuilder MapHistory(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/api/sessions/{id}");
        session.MapGet("/turn-checkpoints", ListCheckpoints);
        session.MapGet("/turn-checkpoints/diff", FindDiff);
        session.MapPost("/rewind", Rewind);
        session.MapPost("/branch", Branch);
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
