using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.WebUtilities;
using Sidecar.ServiceDefaults;

namespace Sidecar.SessionApi.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document of this server, made from its routes and their descriptions when it is asked for and not kept: it is asked for rarely.
/// </summary>
internal sealed class OpenApiDocument(EndpointDataSource endpoints)
{
    private const string ErrorType = "application/problem+json";

    /// <summary>The routes that the document is about: those under <c>/api</c> and the health endpoints.</summary>
    public static IEnumerable<RouteEndpoint> Routes(EndpointDataSource endpoints) =>
        endpoints.Endpoints.OfType<RouteEndpoint>().Where(endpoint => Path(endpoint) is { } path
            && (path.StartsWith("/api/", StringComparison.Ordinal) || path is "/health" or "/alive"));

    /// <summary>The path as the document writes it: parameters in braces, without constraints.</summary>
    public static string Path(RouteEndpoint endpoint) => "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            _ => "",
        }))));

    public JsonObject Create()
    {
        var paths = new JsonObject();
        var schemas = new SchemaComponents();
        foreach (var route in Routes(endpoints).GroupBy(Path).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var methods = new JsonObject();
            foreach (var endpoint in route)
            {
                foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                {
                    methods[method.ToLowerInvariant()] = Operation(endpoint, schemas, isMain: method != HttpMethods.Head);
                }
            }

            paths[route.Key] = methods;
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Sidecar session API", ["version"] = ServiceIdentity.ProductVersion },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas.All,
                ["responses"] = new JsonObject
                {
                    ["Error"] = new JsonObject
                    {
                        ["description"] = "What went wrong.",
                        ["content"] = Content(ErrorType, schemas.Add("Error", ErrorSchema())),
                    },
                },
            },
        };
    }

    private static JsonObject Operation(RouteEndpoint endpoint, SchemaComponents schemas, bool isMain)
    {
        var description = endpoint.Metadata.GetMetadata<RouteDescription>();
        var operation = new JsonObject();
        if (isMain && endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is { } name)
        {
            operation["operationId"] = name.EndpointName; // which must be unique in the document
        }

        operation["summary"] = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "";
        operation["parameters"] = Parameters(endpoint, description);
        if (description?.Body is { } body)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content("application/json", schemas.Add(body)) };
        }

        operation["responses"] = Responses(description, schemas);
        return operation;
    }

    private static JsonArray Parameters(RouteEndpoint endpoint, RouteDescription? description)
    {
        var parameters = new JsonArray();
        foreach (var parameter in endpoint.RoutePattern.Parameters)
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = parameter.Name,
                ["in"] = "path",
                ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" },
            });
        }

        foreach (var query in description?.Query ?? [])
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = query.Name,
                ["in"] = "query",
                ["description"] = query.Description,
                ["schema"] = new JsonObject { ["type"] = query.Type },
            });
        }

        return parameters;
    }

    private static JsonObject Responses(RouteDescription? description, SchemaComponents schemas)
    {
        var responses = new JsonObject();
        foreach (var answer in description?.Answers ?? [])
        {
            responses[$"{answer.Status}"] = new JsonObject
            {
                ["description"] = ReasonPhrases.GetReasonPhrase(answer.Status),
                ["content"] = Content(answer.ContentType, answer.Body is { } body ? schemas.Add(body) : []),
            };
        }

        foreach (var failure in description?.Failures ?? [])
        {
            responses[$"{failure}"] = new JsonObject { ["$ref"] = "#/components/responses/Error" };
        }

        responses["default"] = new JsonObject { ["$ref"] = "#/components/responses/Error" };
        return responses;
    }

    private static JsonObject Content(string type, JsonObject schema) => new() { [type] = new JsonObject { ["schema"] = schema } };

    private static JsonObject ErrorSchema()
    {
        JsonObject Text(string description) => new() { ["type"] = "string", ["description"] = description };
        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type", "title", "status", "detail", "error", "message"),
            ["properties"] = new JsonObject
            {
                ["type"] = Text("Always about:blank (RFC 9457)."),
                ["title"] = Text("The status in words."),
                ["status"] = new JsonObject { ["type"] = "integer", ["description"] = "The HTTP status." },
                ["detail"] = Text("The same as message."),
                ["error"] = Text("A code that stays the same, such as NOT_FOUND."),
                ["message"] = Text("What is wrong, with the value and what is allowed."),
            },
        };
    }
}
