using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>The routes of named sidecars in <see cref="WorkerContract"/>. What was asked goes on when the caller leaves; only the wait ends.</summary>
internal static class SidecarEndpoints
{
    public static void MapSidecars(this IEndpointRouteBuilder routes)
    {
        var sidecars = routes.MapGroup(WorkerContract.Sidecars);
        sidecars.MapGet("/", List);
        sidecars.MapPost("/{name}/start", Start);
        sidecars.MapPost("/{name}/stop", Stop);
        sidecars.MapPost("/{name}/restart", Restart);
        sidecars.MapPost("/{name}/reset", Reset);
    }

    internal static Ok<SidecarList> List(SidecarRegistry sidecars) => TypedResults.Ok(sidecars.List());

    internal static async Task<Ok<SidecarStatus>> Start(string name, SidecarRegistry sidecars, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sidecars.Get(name).StartAsync(cancellationToken));

    internal static async Task<Ok<SidecarStatus>> Stop(string name, SidecarRegistry sidecars, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sidecars.Get(name).StopAsync(cancellationToken));

    internal static async Task<Ok<SidecarStatus>> Restart(
        string name,
        [FromHeader(Name = WorkerContract.IdempotencyKey)] string? key,
        SidecarRegistry sidecars,
        CancellationToken cancellationToken) =>
        TypedResults.Ok(await sidecars.Get(name).RestartAsync(key, cancellationToken));

    internal static async Task<Ok<SidecarStatus>> Reset(string name, SidecarRegistry sidecars, CancellationToken cancellationToken) =>
        TypedResults.Ok(await sidecars.Get(name).ResetAsync(cancellationToken));
}
