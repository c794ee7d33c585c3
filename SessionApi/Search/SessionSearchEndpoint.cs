using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.OpenApi;

namespace Sidecar.SessionApi.Search;

/// <summary><c>POST /api/search/sessions</c>: what was said in which sessions.</summary>
internal static class SessionSearchEndpoint
{
    public static IEndpointRouteBuilder MapSessionSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/search/sessions", Search)
            .Describe(
                "searchSessions",
                "The sessions in which the text {query} was said, newest first, with the places. {limit} sessions, 50 unless given and at most 100, and {matchesPerSession} "
                + "places of each, 5 unless given and at most 20; {caseSensitive}, {project}, the name of a project directory, {modifiedAfter} and {modifiedBefore} narrow it.")
            .Answers(SessionSearchJson.Default.SessionSearchAnswer)
            .Fails(400, 413, 503);
        return routes;
    }

    internal static async Task<IResult> Search(HttpRequest request, SessionSearch search, CancellationToken cancellationToken)
    {
        using var body = await JsonRequestBody.ReadAsync(request, cancellationToken);
        var answer = await search.SearchAsync(SessionSearchQuery.Parse(body.Root), cancellationToken);
        return TypedResults.Json(answer, SessionSearchJson.Relaxed.SessionSearchAnswer);
    }
}
