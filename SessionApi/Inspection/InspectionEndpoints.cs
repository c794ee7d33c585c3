using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Live;
using Sidecar.SessionApi.OpenApi;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Inspection;

/// <summary>What a session is made of, and which slash commands it has.</summary>
internal static class InspectionEndpoints
{
    public static void AddInspection(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SlashCommands>();
        builder.Services.AddSingleton<SessionInspection>();
    }

    public static IEndpointRouteBuilder MapInspection(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/sessions/{id}/inspection", Inspect)
            .Describe(
                "inspectSession",
                "Mode, model, tools, servers and usage of a session: from its agent while it runs, else from the transcript. What the agent does not say in time is in errors.")
            .Query("includeContext", "string", "1: also what the context is used for; 0 unless given.")
            .Query("contextOnly", "string", "1: the context without usage and servers; 0 unless given.")
            .Answers(InspectionJson.Default.InspectionView)
            .Fails(400, 404);
        routes.MapGet("/api/sessions/{id}/slash-commands", ListCommands)
            .Describe("listSlashCommands", "The slash commands of a session: those that its agent has named, and those in the folders of commands and skills.")
            .Answers(InspectionJson.Default.SlashCommandList)
            .Fails(404);
        return routes;
    }

    internal static async Task<IResult> Inspect(
        string id,
        [FromQuery] string? includeContext,
        [FromQuery] string? contextOnly,
        SessionInspection inspection,
        CancellationToken cancellationToken)
    {
        if (!TryFlag(includeContext, out var withContext))
        {
            return ApiError.BadRequest($"includeContext must be 0 or 1, not \"{includeContext}\"");
        }

        if (!TryFlag(contextOnly, out var only))
        {
            return ApiError.BadRequest($"contextOnly must be 0 or 1, not \"{contextOnly}\"");
        }

        return await inspection.RunAsync(id, withContext || only, only, cancellationToken) is { } view
            ? TypedResults.Json(view, InspectionJson.Default.InspectionView)
            : ApiError.SessionNotFound(id);
    }

    internal static async Task<IResult> ListCommands(
        string id, TranscriptStore store, AgentQueries agents, SlashCommands commands, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } facts)
        {
            return ApiError.SessionNotFound(id);
        }

        var agent = await agents.FindAsync(id, cancellationToken);
        return TypedResults.Json(
            new SlashCommandList(commands.List(facts.WorkDir, agent?.Init ?? default)), InspectionJson.Default.SlashCommandList);
    }

    private static bool TryFlag(string? text, out bool value)
    {
        value = text is "1" or "true";
        return text is null or "" or "0" or "1" or "false" or "true";
    }
}
