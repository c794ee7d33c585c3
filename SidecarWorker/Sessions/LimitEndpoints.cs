using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.Contracts;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>Tells what grows with use.</summary>
internal static class LimitEndpoints
{
    public static void MapLimits(this IEndpointRouteBuilder routes) => routes.MapGet(WorkerContract.Limits, List);

    internal static Ok<WorkerLimits> List(BoundRegistry bounds) => TypedResults.Ok(new WorkerLimits(
        [.. bounds.All.Select(bound => new WorkerLimit(bound.Name, bound.Unit, bound.Description, bound.Used, bound.Limit, bound.Peak))]));
}
