using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Skills;

/// <summary><c>/api/skills</c> and <c>/api/agents</c>: what a person has added to the agent CLI.</summary>
internal static class SkillEndpoints
{
    private const string WorkDirMeaning = "The absolute path of a project; its own ones come on top.";

    public static void AddSkills(this WebApplicationBuilder builder) => builder.Services.AddSingleton<SkillCatalog>();

    public static void MapSkills(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/skills", ListSkills)
            .Describe("listSkills", $"Skills for all projects and for one, at most {MarkdownFolder.MaxEntries} of each. contentLength is in bytes.")
            .Query("cwd", "string", WorkDirMeaning)
            .Answers(SkillJson.Default.SkillList)
            .Fails(400);
        routes.MapGet("/api/agents", ListAgents)
            .Describe("listAgents", $"Agents for all projects and for one, at most {MarkdownFolder.MaxEntries} of each. Of two with one name the project's is active.")
            .Query("cwd", "string", WorkDirMeaning)
            .Answers(SkillJson.Default.AgentList)
            .Fails(400);
    }

    internal static IResult ListSkills([FromQuery] string? cwd, SkillCatalog skills) => SkillCatalog.CheckWorkDir(cwd, out var workDir) is { } problem
        ? problem
        : TypedResults.Json(new SkillList(skills.Skills(workDir)), SkillJson.Default.SkillList);

    internal static IResult ListAgents([FromQuery] string? cwd, SkillCatalog skills)
    {
        if (SkillCatalog.CheckWorkDir(cwd, out var workDir) is { } problem)
        {
            return problem;
        }

        var all = skills.Agents(workDir);
        return TypedResults.Json(new AgentList([.. all.Where(agent => agent.IsActive)], all, AvailableTools: []), SkillJson.Default.AgentList);
    }
}

internal sealed record SkillList(IReadOnlyList<Skill> Skills);

/// <param name="ActiveAgents">Those that count.</param>
/// <param name="AllAgents">Those and the ones that they replace.</param>
/// <param name="AvailableTools">Always empty: only a running CLI knows its tools, and says them in its <c>init</c>.</param>
internal sealed record AgentList(
    IReadOnlyList<AgentDefinition> ActiveAgents, IReadOnlyList<AgentDefinition> AllAgents, IReadOnlyList<string> AvailableTools);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SkillList))]
[JsonSerializable(typeof(AgentList))]
internal sealed partial class SkillJson : JsonSerializerContext;
