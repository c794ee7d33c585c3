using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Search;

/// <summary><c>POST /api/search/sessions</c>: what was said in which sessions.</summary>
internal static class SessionSearchEndpoint
{
    public static IEndpointRouteBuilder MapSessionSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/search/sessions", Search);
        return routes;
    }

    internal static async Task<IResult> Search(HttpRequest request, SessionSearch search, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        var answer = await search.SearchAsync(SessionSearchQuery.Parse(body.Root), cancellationToken);
        return TypedResults.Json(answer, SessionSearchJson.Relaxed.SessionSearchAnswer);
    }
}
