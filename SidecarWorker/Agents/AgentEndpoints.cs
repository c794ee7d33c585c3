using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>Tells which program runs turns, and whether it is there.</summary>
internal static class AgentEndpoints
{
    // More is read by nobody.
    private const int MaxPlaces = 64;

    public static void MapAgent(this IEndpointRouteBuilder routes) => routes.MapGet(WorkerContract.Agent, Find);

    internal static Ok<AgentProgram> Find(AgentCommandLine agent) => TypedResults.Ok(
        new AgentProgram(agent.Command, agent.FindProgram()) { Searched = [.. agent.PlacesOfProgram().Take(MaxPlaces)] });
}
