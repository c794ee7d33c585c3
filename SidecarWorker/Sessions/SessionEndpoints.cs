using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>The routes of <see cref="WorkerContract"/>.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup(WorkerContract.Sessions);
        sessions.MapGet("/", List);
        sessions.MapPost("/{id}/start", Start);
        sessions.MapPost("/{id}/input", Write);
        sessions.MapPost("/{id}/stop", Stop);
        sessions.MapGet("/{id}/events", Events);
    }

    internal static Ok<AgentSessionList> List(AgentSessionRegistry sessions) => TypedResults.Ok(sessions.List());

    internal static async Task<Ok<Contracts.AgentSession>> Start(
        string id, AgentLaunch launch, AgentSessionRegistry sessions, CancellationToken cancellationToken)
    {
        LaunchRules.Check(launch);
        return TypedResults.Ok(await sessions.StartAsync(SessionId(id), launch, cancellationToken));
    }

    internal static async Task<NoContent> Write(
        string id, AgentInput input, AgentSessionRegistry sessions, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(input.MessageId))
        {
            throw WorkerException.BadRequest("\"messageId\" must not be empty: it is what makes a repeated message the same message.");
        }

        if (input.Message.ValueKind != JsonValueKind.Object)
        {
            throw WorkerException.BadRequest("\"message\" must be a JSON object.");
        }

        var session = sessions.Find(SessionId(id)) ?? throw WorkerException.NotRunning(SessionId(id));
        await session.WriteAsync(input, cancellationToken);
        return TypedResults.NoContent();
    }

    // No token: a stop that has begun is finished, whether or not the caller still waits.
    internal static async Task<Ok<AgentStopped>> Stop(string id, AgentStopRequest request, AgentSessionRegistry sessions)
    {
        var mode = request.Force ? AgentStopMode.Kill : AgentStopMode.CloseInput;
        return TypedResults.Ok(sessions.Find(SessionId(id)) is { } session
            ? await session.StopAsync(request.LaunchId, mode, new AgentEnd(AgentExitCause.Stopped))
            : new AgentStopped(AgentStopLevel.None, []));
    }

    internal static async Task Events(
        string id,
        [FromHeader(Name = "Last-Event-ID")] string? lastEventId,
        AgentSessionRegistry sessions,
        HttpContext context,
        IHostApplicationLifetime lifetime,
        TimeProvider time)
    {
        var session = sessions.Find(SessionId(id)) ?? throw WorkerException.NotRunning(SessionId(id));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopped);
        try
        {
            await EventStream.WriteAsync(session, lastEventId, context.Response, time, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader left; the events wait for its return.
        }
    }

    private static Guid SessionId(string id) => Guid.TryParseExact(id, "D", out var guid)
        ? guid
        : throw WorkerException.BadRequest($"The session id \"{id}\" is not a UUID of the form 8-4-4-4-12.");
}
