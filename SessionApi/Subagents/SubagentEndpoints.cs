using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Subagents;

/// <summary>The agents that a session started: what they did, and a message to one that runs.</summary>
internal static class SubagentEndpoints
{
    private const string TaskMeaning = "The id of the background task, when the tool use was one.";

    public static void AddSubagents(this WebApplicationBuilder builder) => builder.Services.AddSingleton<SubagentFinder>();

    public static IEndpointRouteBuilder MapSubagents(this IEndpointRouteBuilder routes)
    {
        var agents = routes.MapGroup("/api/sessions/{id}/subagents");
        agents.MapGet("/by-tool/{toolUseId}", FindByTool)
            .Describe("readSubagentOfTool", "What the agent that a tool use started did: its task, its messages and how it ended.")
            .Query("taskId", "string", TaskMeaning)
            .Answers()
            .Fails(404);
        agents.MapGet("/by-agent/{agentId}", FindByAgent)
            .Describe("readSubagent", "What the agent with this id did, like the one of a tool use.")
            .Answers()
            .Fails(404);
        agents.MapPost("/by-tool/{toolUseId}/messages", Send)
            .Describe("sendToSubagent", "Gives {content} to the agent that a tool use started. 409 when the session's agent CLI does not run or does not take it.")
            .Query("taskId", "string", TaskMeaning)
            .Answers(SubagentJson.Default.MessageSent)
            .Fails(400, 404, 409, 413, 503);
        return routes;
    }

    internal static async Task<IResult> FindByTool(
        string id, string toolUseId, [FromQuery] string? taskId, SubagentFinder finder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (finder.Locate(id) is not { } session)
        {
            return ApiError.SessionNotFound(id);
        }

        var tool = Uri.UnescapeDataString(toolUseId); // a slash in it comes escaped
        return await finder.ByToolAsync(session, tool, taskId, cancellationToken) is { } agent ? new SubagentRun(agent, time) : NoSuchAgent(id, tool);
    }

    internal static async Task<IResult> FindByAgent(
        string id, string agentId, SubagentFinder finder, TimeProvider time, CancellationToken cancellationToken)
    {
        if (finder.Locate(id) is not { } session)
        {
            return ApiError.SessionNotFound(id);
        }

        return await finder.ByAgentAsync(session, agentId, cancellationToken) is { } agent ? new SubagentRun(agent, time) : NoSuchAgent(id, agentId);
    }

    internal static async Task<IResult> Send(
        string id,
        string toolUseId,
        [FromQuery] string? taskId,
        HttpRequest request,
        SubagentFinder finder,
        AgentQueries agents,
        CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        if (body.Root.Text("content"u8) is not { } content || string.IsNullOrWhiteSpace(content))
        {
            return ApiError.BadRequest("content (string) is required in request body and must not be empty");
        }

        if (finder.Locate(id) is not { } session)
        {
            return ApiError.SessionNotFound(id);
        }

        var tool = Uri.UnescapeDataString(toolUseId);
        if (await finder.ByToolAsync(session, tool, taskId, cancellationToken) is not { } subagent)
        {
            return NoSuchAgent(id, tool);
        }

        if ((subagent.AgentId ?? subagent.TaskId ?? subagent.Record.Notification?.TaskId) is not { } agentId)
        {
            return ApiError.Conflict($"The agent of {tool} has no id by which it could be reached");
        }

        if (await agents.FindAsync(id, cancellationToken) is not { } agent)
        {
            return ApiError.Conflict("CLI session is not running");
        }

        var answer = await agent.AskAsync(
            "send_agent_message",
            json =>
            {
                json.WriteString("agent_id"u8, agentId);
                json.WriteString("content"u8, content);
            },
            patience: null,
            cancellationToken);
        return answer.Failure is { } failure
            ? ApiError.Conflict(failure)
            : TypedResults.Json(
                new MessageSent(Ok: true, answer.Response.Text("delivery"u8), answer.Response.Text("agent_id"u8) ?? agentId),
                SubagentJson.Default.MessageSent);
    }

    private static ApiError NoSuchAgent(string id, string name) => ApiError.NotFound($"No such agent in session {id}: {name}");
}

/// <param name="Ok">Always true.</param>
/// <param name="Delivery"><c>queued</c> or <c>resumed</c>, as the agent CLI says.</param>
/// <param name="AgentId">The agent that gets it.</param>
internal sealed record MessageSent(bool Ok, string? Delivery, [property: JsonPropertyName("agent_id")] string AgentId);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MessageSent))]
internal sealed partial class SubagentJson : JsonSerializerContext;
