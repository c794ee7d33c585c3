using System.Text.Json.Serialization;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Providers;

/// <summary><c>/api/providers</c>: who answers the model's requests. Here it is the agent CLI that decides, with its own login or its environment.</summary>
internal static class ProviderEndpoints
{
    public static void AddProviders(this WebApplicationBuilder builder) => builder.Services.AddSingleton<AgentAccess>();

    public static void MapProviders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/providers", List)
            .Describe("listProviders", "The providers beside the agent CLI's own. There are none to choose from: activeId null is the CLI's own.")
            .Answers(ProviderJson.Default.ProviderList);
        routes.MapGet("/api/providers/auth-status", FindAccess)
            .Describe(
                "findAgentAccess",
                "Whether turns can be run: hasAuth is false when the worker cannot find the agent CLI. source is env, login, cli or none, and "
                + "unknown while the worker does not answer.")
            .Answers(ProviderJson.Default.AgentAccessStatus);
    }

    internal static IResult List() => TypedResults.Json(new ProviderList([], ActiveId: null), ProviderJson.Default.ProviderList);

    internal static async Task<IResult> FindAccess(AgentAccess access, CancellationToken cancellationToken) =>
        TypedResults.Json(await access.FindAsync(cancellationToken), ProviderJson.Default.AgentAccessStatus);
}

/// <param name="Providers">Beside the CLI's own.</param>
/// <param name="ActiveId">The one that is chosen; null is the CLI's own.</param>
internal sealed record ProviderList(IReadOnlyList<string> Providers, string? ActiveId);

/// <param name="HasAuth">Whether a turn may be tried.</param>
/// <param name="Source"><c>env</c>, <c>login</c>, <c>cli</c>, <c>none</c> or <c>unknown</c>.</param>
/// <param name="Message">What to do when it may not; else null.</param>
internal sealed record AgentAccessStatus(bool HasAuth, string Source, string? Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProviderList))]
[JsonSerializable(typeof(AgentAccessStatus))]
internal sealed partial class ProviderJson : JsonSerializerContext;
