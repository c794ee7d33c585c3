using System.Net;
using Microsoft.AspNetCore.Mvc;
using Sidecar.Contracts;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Sidecars;

/// <summary><c>/api/sidecars</c>: the named sidecars of the worker, as they are and as people want them.</summary>
internal static class SidecarEndpoints
{
    public static void MapSidecars(this IEndpointRouteBuilder routes)
    {
        var sidecars = routes.MapGroup("/api/sidecars");
        sidecars.MapGet("/", List);
        sidecars.MapPost("/{name}/start", Start);
        sidecars.MapPost("/{name}/stop", Stop);
        sidecars.MapPost("/{name}/restart", Restart);
        sidecars.MapPost("/{name}/reset", Reset);
    }

    internal static Task<IResult> List(WorkerClient worker, CancellationToken cancellationToken) => AnswerAsync(async () =>
        TypedResults.Json(await worker.ListSidecarsAsync(cancellationToken), WorkerJson.Default.SidecarList));

    internal static Task<IResult> Start(string name, WorkerClient worker, CancellationToken cancellationToken) =>
        CommandAsync(name, "start", null, worker, cancellationToken);

    internal static Task<IResult> Stop(string name, WorkerClient worker, CancellationToken cancellationToken) =>
        CommandAsync(name, "stop", null, worker, cancellationToken);

    internal static Task<IResult> Restart(
        string name, [FromHeader(Name = WorkerContract.IdempotencyKey)] string? key, WorkerClient worker, CancellationToken cancellationToken) =>
        CommandAsync(name, "restart", key, worker, cancellationToken);

    internal static Task<IResult> Reset(string name, WorkerClient worker, CancellationToken cancellationToken) =>
        CommandAsync(name, "reset", null, worker, cancellationToken);

    // A key is made here when the client has none: our own retries must not become several restarts.
    private static Task<IResult> CommandAsync(string name, string command, string? key, WorkerClient worker, CancellationToken cancellationToken) =>
        AnswerAsync(async () => TypedResults.Json(
            await worker.CommandSidecarAsync(name, command, key ?? Guid.NewGuid().ToString("n"), cancellationToken), WorkerJson.Default.SidecarStatus));

    private static async Task<IResult> AnswerAsync(Func<Task<IResult>> answer)
    {
        try
        {
            return await answer();
        }
        catch (WorkerFailedException refused)
            when (refused.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict && refused.Error != WorkerErrors.Unavailable)
        {
            return new ApiError((int)refused.Status, refused.Error, refused.Message);
        }
        catch (WorkerFailedException failed)
        {
            return ApiError.Unavailable(failed.Message);
        }
    }
}
