using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Access;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>One test for each way in which servers of this kind were broken into.</summary>
public sealed class AttackTests
{
    private const string Evil = "Origin: https://evil.example";
    private const string Proxied = "X-Forwarded-For: 203.0.113.9";
    private const string Id = "6f1c0000-0000-4000-8000-00000000000a";

    /// <summary>Cross-site WebSocket hijacking. Fails when <see cref="OriginRules.Judge"/> lets every origin pass.</summary>
    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://127.0.0.1.evil.example")]
    [InlineData("http://localhost.evil.example:3456")]
    [InlineData("http://evil.example/@127.0.0.1")]
    [InlineData("http://evil.example#127.0.0.1")]
    [InlineData("null")]
    [InlineData("file://evil")]
    public async Task Socket_OfAForeignPage_IsRefusedBeforeTheUpgrade(string origin)
    {
        await using var server = await AccessServer.StartAsync();

        Assert.Equal(403, await server.UpgradeAsync($"/ws/{Id}", $"Origin: {origin}"));
        Assert.Equal(101, await server.UpgradeAsync($"/ws/{Id}", $"Origin: http://{server.Address.Authority}"));
        Assert.Equal(403, await server.UpgradeAsync("/ws-feed", $"Origin: {origin}"));
        Assert.Equal(101, await server.UpgradeAsync("/ws-feed", $"Origin: http://{server.Address.Authority}"));
        await server.AssertUntouchedAsync();
    }

    /// <summary>Changes by a foreign page that need no preflight. Fails like the one before.</summary>
    [Fact]
    public async Task Request_OfAForeignPage_ChangesAndTellsNothing()
    {
        await using var server = await AccessServer.StartAsync();

        using var post = await server.SendAsync("POST", "/api/sessions", $$"""{"workDir":"{{server.WorkDir}}"}""", Evil);
        using var get = await server.SendAsync("GET", "/api/sessions", null, Evil);
        using var image = await server.SendAsync("GET", "/api/sessions", null, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors");
        using var form = await server.SendAsync("POST", "/api/h5-access/enable", "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");
        using var link = await server.SendAsync("GET", "/api/sessions", null, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate");

        Assert.Equal([403, 403, 403, 403, 200], new[] { post, get, image, form, link }.Select(answer => (int)answer.StatusCode));
        Assert.DoesNotContain(get.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.Ordinal));
        await server.AssertUntouchedAsync();
    }

    /// <summary>DNS rebinding. Fails when <see cref="OriginRules.AllowsHost"/> lets every name pass.</summary>
    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("127.0.0.1.evil.example:3456")]
    [InlineData("10.1.2.3")]
    [InlineData("0.0.0.0")]
    [InlineData("[::ffff:10.0.0.1]")]
    public async Task Host_NotOurs_IsRefusedAlsoForHealthAndSockets(string host)
    {
        await using var server = await AccessServer.StartAsync();

        Assert.Equal(403, await server.StatusAsync("GET", "/api/sessions", $"Host: {host}"));
        Assert.Equal(403, await server.StatusAsync("GET", "/health", $"Host: {host}"));
        Assert.Equal(403, await server.UpgradeAsync($"/ws/{Id}", $"Host: {host}"));
        Assert.Equal(403, await server.UpgradeAsync("/ws-feed", $"Host: {host}"));
        Assert.Equal(200, await server.StatusAsync("GET", "/health", "Host: localhost:3456"));
    }

    /// <summary>
    /// Missing authentication: no endpoint answers who is not trusted, whichever will be added. Fails when the gate comes after the endpoints
    /// (a UseEndpoints before UseAccess), when proxies are not seen, or when <see cref="PublicPage"/> takes an endpoint for a page.
    /// </summary>
    [Fact]
    public async Task Endpoint_AnyThatThereIs_IsBehindTheGate()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:MaxFailedAttempts", "100000"));
        server.Owner.Renew();
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count > 20);
        var open = new List<string>();
        foreach (var route in routes)
        {
            var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment =>
                segment.Parts[0] is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : Id));
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                var isHealth = path is "/health" or "/alive";
                await AssertRefusedAsync("a foreign name", 403, "Host: evil.example");
                if (!isHealth)
                {
                    await AssertRefusedAsync("a foreign page", 403, Evil);
                    await AssertRefusedAsync("a stranger", 401, Proxied);
                }

                async Task AssertRefusedAsync(string who, int expected, string header)
                {
                    if (await server.StatusAsync(method, path, header) != expected)
                    {
                        open.Add($"{method} {path} answers {who}");
                    }
                }
            }
        }

        Assert.Empty(open);
    }

    /// <summary>Tokens in addresses. Fails when TokenOf looks at the query of every request.</summary>
    [Fact]
    public async Task Token_InTheAddress_CountsForSocketsOnly()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:MaxFailedAttempts", "1000"));
        var token = server.Owner.Renew();

        Assert.Equal(401, await server.StatusAsync("GET", $"/api/sessions?token={token}", Proxied));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/sessions", Proxied, $"Authorization: Bearer {token}"));
        Assert.Equal(401, await server.UpgradeAsync($"/ws/{Id}", Proxied));
        Assert.Equal(101, await server.UpgradeAsync($"/ws/{Id}?token={token}", Proxied));
        Assert.Equal(401, await server.UpgradeAsync("/ws-feed", Proxied));
        Assert.Equal(101, await server.UpgradeAsync($"/ws-feed?token={token}", Proxied));
    }

    /// <summary>Path traversal over ids in addresses, where no slash arrives as one whatever is done with the id.</summary>
    [Theory]
    [InlineData("/api/sessions/..%2f..%2fsecret")]
    [InlineData("/api/sessions/%2e%2e%2f%2e%2e%2fsecret/messages")]
    [InlineData("/api/sessions/..%5c..%5csecret")]
    [InlineData("/api/sessions/secret%00")]
    public async Task Id_ThatIsAPath_FindsNothing(string path)
    {
        await using var server = await AccessServer.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(server.Config, "secret.jsonl"), """{"type":"user","message":{"role":"user","content":"top secret"}}""" + "\n");

        using var response = await server.SendAsync("GET", path);

        Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{response.StatusCode}");
        Assert.DoesNotContain("top secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Path traversal over ids in bodies. Fails when <c>SessionIds.IsValid</c> takes any text.</summary>
    [Theory]
    [InlineData("../../secret")]
    [InlineData("../secret")]
    public async Task Id_ThatIsAPathInABody_DeletesNothing(string id)
    {
        await using var server = await AccessServer.StartAsync();
        using var session = await server.SendAsync("POST", "/api/sessions", $$"""{"workDir":{{JsonSerializer.Serialize(server.WorkDir)}}}""");
        var outside = Path.GetFullPath(Path.Combine(server.Config, "projects", "any", $"{id}.jsonl"));
        await File.WriteAllTextAsync(outside, """{"type":"user","message":{"role":"user","content":"top secret"}}""" + "\n");

        using var response = await server.SendAsync("POST", "/api/sessions/batch-delete", $$"""{"sessionIds":["{{id}}"]}""");

        Assert.Contains("\"ok\":false", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(File.Exists(outside));
    }
}
