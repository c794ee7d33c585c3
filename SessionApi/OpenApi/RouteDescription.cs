using System.Text.Json.Serialization.Metadata;

namespace Sidecar.SessionApi.OpenApi;

/// <summary>What a route takes and answers, as the OpenAPI document tells it. Name and summary are in the framework's own metadata.</summary>
internal sealed class RouteDescription
{
    /// <summary>The JSON body that it takes; null for none.</summary>
    public JsonTypeInfo? Body { get; set; }

    /// <summary>What may stand in the query string.</summary>
    public List<QueryParameter> Query { get; } = [];

    /// <summary>Its successful answers.</summary>
    public List<RouteAnswer> Answers { get; } = [];

    /// <summary>The statuses of its errors, all in the one shape of <see cref="Errors.ApiError"/>.</summary>
    public List<int> Failures { get; } = [];
}

/// <param name="Name">As it is written.</param>
/// <param name="Type">A JSON type: <c>string</c>, <c>integer</c> or <c>boolean</c>.</param>
/// <param name="Description">What it means, with unit and range.</param>
internal sealed record QueryParameter(string Name, string Type, string Description);

/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">What the body is.</param>
/// <param name="Body">Its shape; null when no record has it.</param>
internal sealed record RouteAnswer(int Status, string ContentType, JsonTypeInfo? Body);

/// <summary>How routes are described where they are mapped. A test asks for a description of each.</summary>
internal static class RouteDescriptionExtensions
{
    private const string Json = "application/json";

    /// <summary>Names a route, in one word that no other has, and says in a sentence or two what it does.</summary>
    public static IEndpointConventionBuilder Describe(this IEndpointConventionBuilder route, string name, string summary) =>
        route.WithName(name).WithSummary(summary);

    /// <summary>It takes a JSON body.</summary>
    public static IEndpointConventionBuilder Takes(this IEndpointConventionBuilder route, JsonTypeInfo body) =>
        route.Add(description => description.Body = body);

    /// <summary>It looks at the query string.</summary>
    public static IEndpointConventionBuilder Query(this IEndpointConventionBuilder route, string name, string type, string description) =>
        route.Add(about => about.Query.Add(new QueryParameter(name, type, description)));

    /// <summary>It answers JSON of this shape.</summary>
    public static IEndpointConventionBuilder Answers(this IEndpointConventionBuilder route, JsonTypeInfo body, int status = StatusCodes.Status200OK) =>
        route.Add(description => description.Answers.Add(new RouteAnswer(status, Json, body)));

    /// <summary>It answers something that no record describes; the summary says what.</summary>
    public static IEndpointConventionBuilder Answers(
        this IEndpointConventionBuilder route, string contentType = Json, int status = StatusCodes.Status200OK) =>
        route.Add(description => description.Answers.Add(new RouteAnswer(status, contentType, Body: null)));

    /// <summary>It may fail with these statuses. What every route may answer, such as 405 and 500, is not named.</summary>
    public static IEndpointConventionBuilder Fails(this IEndpointConventionBuilder route, params int[] statuses) =>
        route.Add(description => description.Failures.AddRange(statuses));

    private static IEndpointConventionBuilder Add(this IEndpointConventionBuilder route, Action<RouteDescription> add)
    {
        route.Add(endpoint =>
        {
            var description = endpoint.Metadata.OfType<RouteDescription>().FirstOrDefault();
            if (description is null)
            {
                description = new RouteDescription();
                endpoint.Metadata.Add(description);
            }

            add(description);
        });
        return route;
    }
}
