using Sidecar.Contracts;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Worker;

namespace Sidecar.SessionApi.Live;

/// <summary><c>POST /api/sessions/{id}/agent/stop</c>: ends the process of a session's agent. The next message starts another.</summary>
internal static class AgentStopEndpoint
{
    public static void MapAgentStop(this IEndpointRouteBuilder routes) => routes.MapPost("/api/sessions/{id}/agent/stop", Stop)
        .Describe("stopAgent", "Ends the process of a session's agent, with its turn. The session's next message starts another. Without a body.")
        .Answers(SessionJson.Default.SessionChanged)
        .Fails(404, 503);

    internal static async Task<IResult> Stop(
        string id, TranscriptStore transcripts, LiveSessionRegistry sessions, AgentRecovery recovery, WorkerClient worker, CancellationToken cancellationToken)
    {
        await recovery.WaitAsync(resumes: false, cancellationToken); // bounded by itself
        var isKnown = SessionIds.IsValid(id) && transcripts.Locate(id) is not null;
        if (sessions.FindLive(id) is { } live)
        {
            isKnown |= live.Agent.Current is not null;
            if (!await StopAsync(sessions, id, cancellationToken))
            {
                return ApiError.Unavailable("The agent could not be stopped, or the worker does not answer; try again.");
            }
        }

        try
        {
            if (await worker.FindRunningAsync(id, cancellationToken) is { } agent)
            {
                await worker.StopAsync(agent.SessionId, new AgentStopRequest { LaunchId = agent.Launch.LaunchId }, cancellationToken);
                isKnown = true;
            }
        }
        catch (WorkerFailedException exception)
        {
            return ApiError.Unavailable($"Whether the session's agent runs cannot be told: {exception.Message}");
        }

        return isKnown ? TypedResults.Json(new SessionChanged(Ok: true), SessionJson.Default.SessionChanged) : ApiError.SessionNotFound(id);
    }

    /// <summary>Behind a start that is under way: a process that has just begun is stopped as well.</summary>
    private static async Task<bool> StopAsync(LiveSessionRegistry sessions, string id, CancellationToken cancellationToken)
    {
        var isGone = false;
        await sessions.AddStep(id, async session =>
        {
            await session.Agent.StopAsync(force: false);
            isGone = session.Agent.Current is null;
        }).WaitAsync(cancellationToken);
        return isGone;
    }
}
