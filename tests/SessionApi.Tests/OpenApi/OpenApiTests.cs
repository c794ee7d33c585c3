using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.OpenApi;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.OpenApi;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_HasEveryRouteAndNoOther()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        var document = await client.GetJsonAsync("/openapi/v1.json");

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}"));
        var mapped = Mapped(server).SelectMany(route => Methods(route).Select(method => $"{method} {OpenApiDocument.Path(route)}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Routes_AllAreDescribed()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        var missing = Mapped(server)
            .Where(route => route.Metadata.GetMetadata<IEndpointNameMetadata>() is null
                || string.IsNullOrWhiteSpace(route.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary)
                || (OpenApiDocument.Path(route).StartsWith("/api/", StringComparison.Ordinal)
                    && route.Metadata.GetMetadata<RouteDescription>() is not ({ Answers.Count: > 0 } or { Failures.Count: > 0 })))
            .Select(route => $"{string.Join(',', Methods(route))} {OpenApiDocument.Path(route)}")
            .ToList();

        // Describe a route where it is mapped: .Describe(name, what it does), .Takes(…), .Query(…), .Answers(…), .Fails(…).
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Operations_HaveNamesOfTheirOwnAndResolvableReferences()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        var document = await client.GetJsonAsync("/openapi/v1.json");

        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => method.Value)).ToList();
        var names = operations.Where(operation => operation.TryGetProperty("operationId", out _)).Select(operation => operation.GetProperty("operationId").GetString()).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.All(operations, operation => Assert.True(operation.GetProperty("responses").TryGetProperty("default", out _)));
        Assert.All(References(document), reference => Assert.True(Resolves(document, reference), reference));
    }

    [Fact]
    public async Task Operation_WithABody_HasItsMembersAndItsErrors()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        var document = await client.GetJsonAsync("/openapi/v1.json");

        var put = document.GetProperty("paths").GetProperty("/api/effort").GetProperty("put");
        var schema = put.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.Equal("#/components/schemas/EffortChoice", schema.GetProperty("$ref").GetString());
        var choice = document.GetProperty("components").GetProperty("schemas").GetProperty("EffortChoice");
        Assert.True(choice.GetProperty("properties").TryGetProperty("level", out _));
        var responses = put.GetProperty("responses").EnumerateObject().Select(response => response.Name);
        Assert.Equal(["200", "400", "409", "413", "503", "default"], responses);
    }

    private static IEnumerable<RouteEndpoint> Mapped(SessionServer server) =>
        OpenApiDocument.Routes(server.Services.GetRequiredService<EndpointDataSource>());

    private static IEnumerable<string> Methods(RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member is { Name: "$ref", Value.ValueKind: JsonValueKind.String } ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static bool Resolves(JsonElement document, string reference) => reference.StartsWith("#/", StringComparison.Ordinal)
        && reference[2..].Split('/').Aggregate(
            (JsonElement?)document, (at, name) => at?.ValueKind == JsonValueKind.Object && at.Value.TryGetProperty(name, out var next) ? next : null) is not null;
}
