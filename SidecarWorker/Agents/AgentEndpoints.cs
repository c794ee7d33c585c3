using Microsoft.AspNetCore.Http.HttpResults;
using Sidecar.Contracts;

namespace Sidecar.SidecarWorker.Agents;

/// <summary>Tells which program runs turns, and whether it is there.</summary>
internal static class AgentEndpoints
{
    public static void MapAgent(this IEndpointRouteBuilder routes) => routes.MapGet(WorkerContract.Agent, Find);

    internal static Ok<AgentProgram> Find(AgentCommandLine agent) => TypedResults.Ok(new AgentProgram(agent.Command, agent.FindProgram()));
}
