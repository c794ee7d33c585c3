using System.Net;
using Microsoft.AspNetCore.Mvc;
using Sidecar.Contracts;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Sidecars;

/// <summary><c>/api/sidecars</c>: the named sidecars of the worker, as they are and as people want them.</summary>
internal static class SidecarEndpoints
{
    public static void MapSidecars(this IEndpointRouteBuilder routes)
    {
        var sidecars = routes.MapGroup("/api/sidecars");
        sidecars.MapGet("/", List)
            .Describe("listSidecars", "The named sidecars as they are; memory is in bytes, the last probe's latency in milliseconds.")
            .Answers(WorkerJson.Default.SidecarList)
            .Fails(503);
        sidecars.MapPost("/{name}/start", Start).DescribeCommand("startSidecar", "Starts a stopped or failed sidecar with a full restart budget.");
        sidecars.MapPost("/{name}/stop", Stop).DescribeCommand("stopSidecar", "Ends a sidecar, and answers when its tree is gone.");
        sidecars.MapPost("/{name}/restart", Restart)
            .DescribeCommand("restartSidecar", "Restarts a sidecar. With the same Idempotency-Key header as the last one it is the same restart.");
        sidecars.MapPost("/{name}/reset", Reset).DescribeCommand("resetSidecar", "Gives a sidecar its full restart budget, and starts one that has failed.");
    }

    private static void DescribeCommand(this IEndpointConventionBuilder route, string name, string summary) => route
        .Describe(name, summary)
        .Answers(WorkerJson.Default.SidecarStatus)
        .Fails(404, 409, 503);

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
