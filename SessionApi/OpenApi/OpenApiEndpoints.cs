using System.Text;

namespace Sidecar.SessionApi.OpenApi;

/// <summary><c>GET /openapi/v1.json</c>: what this server answers, for programs and people who write clients.</summary>
internal static class OpenApiEndpoints
{
    public static void AddOpenApiDocument(this WebApplicationBuilder builder) => builder.Services.AddSingleton<OpenApiDocument>();

    public static void MapOpenApiDocument(this IEndpointRouteBuilder routes) => routes.MapGet("/openapi/v1.json", Read);

    internal static IResult Read(OpenApiDocument document) => TypedResults.Text(document.Create().ToJsonString(), "application/json", Encoding.UTF8);
}
