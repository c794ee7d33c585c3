using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Live;

/// <summary><c>POST /api/sessions/{id}/agent/stop</c>: ends the process of a session's agent. The next message starts another.</summary>
internal static class AgentStopEndpoint
{
    public static void MapAgentStop(this IEndpointRouteBuilder routes) => routes.MapPost("/api/sessions/{id}/agent/stop", Stop)
        .Describe("stopAgent", "Ends the process of a session's agent, with its turn. The session's next message starts another. Without a body.")
        .Answers(SessionJson.Default.SessionChanged)
        .Fails(404, 503);

    internal static async Task<IResult> Stop(
        string id, TranscriptStore transcripts, LiveSessionRegistry sessions, AgentRecovery recovery, CancellationToken cancellationToken)
    {
        await recovery.WaitAsync(resumes: false, cancellationToken); // bounded by itself
        var live = sessions.FindLive(id);
        if (live?.Agent.Current is null && (!SessionIds.IsValid(id) || transcripts.Locate(id) is null))
        {
            return ApiError.SessionNotFound(id);
        }

        if (live is null)
        {
            return Stopped(); // there is no process, and nothing that could start one at this moment
        }

        // Behind a start that is under way: a process that has just begun is stopped as well.
        var isGone = false;
        await sessions.AddStep(id, async session =>
        {
            await session.Agent.StopAsync(force: false);
            isGone = session.Agent.Current is null;
        }).WaitAsync(cancellationToken);
        return isGone ? Stopped() : ApiError.Unavailable("The agent could not be stopped, or the worker does not answer; try again.");
    }

    private static JsonHttpResult<SessionChanged> Stopped() => TypedResults.Json(new SessionChanged(Ok: true), SessionJson.Default.SessionChanged);
}
