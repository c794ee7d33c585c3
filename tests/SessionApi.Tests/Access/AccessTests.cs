using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.ServiceDefaults.Access;
using Sidecar.SessionApi.Access;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>Who is let in: pages of this machine, programs, and callers from elsewhere with a token.</summary>
public sealed class AccessTests
{
    private const string Proxied = "X-Forwarded-For: 203.0.113.9";

    [Theory]
    [InlineData("http://localhost:5173")]
    [InlineData("http://127.0.0.1:3000")]
    [InlineData("http://[::1]:3000")]
    [InlineData("file://")]
    public async Task Page_OfThisMachine_MayReadAndIsToldSo(string origin)
    {
        await using var server = await AccessServer.StartAsync();

        using var preflight = await server.SendAsync("OPTIONS", "/api/sessions", null, $"Origin: {origin}", "Access-Control-Request-Method: POST");
        using var missing = await server.SendAsync("GET", "/api/nothing", null, $"Origin: {origin}");

        Assert.Equal((HttpStatusCode.NoContent, origin), (preflight.StatusCode, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single()));
        Assert.Equal("Content-Type, Authorization", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single());
        Assert.Equal((HttpStatusCode.NotFound, origin), (missing.StatusCode, missing.Headers.GetValues("Access-Control-Allow-Origin").Single()));
    }

    [Fact]
    public async Task Page_OfAnotherServerHere_IsRefusedWhenThatIsSwitchedOff()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:LoopbackOrigins", "false"));

        Assert.Equal(403, await server.StatusAsync("GET", "/api/sessions", "Origin: http://localhost:5173"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/sessions", $"Origin: http://{server.Address.Authority}"));
    }

    [Fact]
    public async Task Preflight_OfAForeignPage_Is403()
    {
        await using var server = await AccessServer.StartAsync();

        Assert.Equal(403, await server.StatusAsync("OPTIONS", "/api/sessions", "Origin: https://evil.example", "Access-Control-Request-Method: POST"));
    }

    [Fact]
    public async Task ProcessToken_Configured_IsNeededByPagesAndNotByPrograms()
    {
        await using var server = await AccessServer.StartAsync(("CC_HAHA_LOCAL_ACCESS_TOKEN", "shell-token-0123456789"));

        Assert.Equal(401, await server.StatusAsync("GET", "/api/status", "Origin: http://localhost:5173"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status", "Origin: http://localhost:5173", "Authorization: Bearer shell-token-0123456789"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status"));
    }

    [Fact]
    public async Task RequireToken_Configured_IsNeededByAll()
    {
        await using var server = await AccessServer.StartAsync(("CC_HAHA_LOCAL_ACCESS_TOKEN", "shell-token-0123456789"), ("Sidecar:Access:RequireToken", "true"));

        Assert.Equal(401, await server.StatusAsync("GET", "/api/status"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status", "Authorization: Bearer shell-token-0123456789"));
        Assert.Equal(200, await server.StatusAsync("GET", "/health"));
    }

    [Fact]
    public async Task OwnerToken_Renewed_CountsAtOnceAndIsStoredAsAHashForItsOwnerOnly()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:MaxFailedAttempts", "1000"));
        var first = server.Owner.Renew();
        var path = Path.Combine(server.Config, "sidecar", "access-token");
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status", Proxied, $"Authorization: Bearer {first}"));
        var second = server.Owner.Renew();

        Assert.Equal(401, await server.StatusAsync("GET", "/api/status", Proxied, $"Authorization: Bearer {first}"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status", Proxied, $"Authorization: Bearer {second}"));
        Assert.Equal(43, second["sidecar_".Length..].Length); // 32 bytes
        Assert.DoesNotContain(second, await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task Attempts_TooMany_AreToldToWaitAndTheOwnerIsNot()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:MaxFailedAttempts", "3"));
        var token = server.Owner.Renew();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(401, await server.StatusAsync("GET", "/api/status", Proxied, $"Authorization: Bearer wrong-token-number-{i}"));
        }

        using var refused = await server.SendAsync("GET", "/api/status", null, Proxied);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status", Proxied, $"Authorization: Bearer {token}"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/status"));
    }

    [Fact]
    public async Task Requests_OfARemoteAddressOverTheRate_AreToldToWait()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:RemoteRequestRate", "1"), ("Sidecar:Access:RemoteRequestBurst", "5"));
        var authorization = $"Authorization: Bearer {server.Owner.Renew()}";
        var statuses = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            statuses.Add(await server.StatusAsync("GET", "/api/status", Proxied, authorization));
        }

        Assert.Equal(200, statuses[0]);
        Assert.Contains(429, statuses);
        Assert.Equal(0, Used(server, "access.remote_requests"));
        Assert.Equal(1, Used(server, "access.addresses"));
    }

    [Fact]
    public async Task Body_TooLarge_Is413AndHeadersTooLarge_Are431()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Requests:MaxBodyBytes", "1024"), ("Sidecar:Requests:MaxHeaderBytes", "8192"));

        using var body = await server.SendAsync("POST", "/api/sessions", $$"""{"workDir":"{{new string('x', 2000)}}"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, body.StatusCode);
        Assert.Equal(431, await server.StatusAsync("GET", "/api/status", $"X-Long: {new string('x', 10_000)}"));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://192.168.1.5:3456")]
    public void Start_ReachableFromElsewhereWithoutAToken_IsRefused(string url)
    {
        using var home = new TranscriptHome();
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["urls"] = url };
        var owner = new OwnerToken(home.Root);
        var rules = new AccessRulesValidator(configuration, owner, new H5AccessStore(home.Root));

        var refused = rules.Validate(null, new AccessOptions());
        owner.Renew();

        Assert.Contains("SessionApi token", refused.FailureMessage, StringComparison.Ordinal);
        Assert.True(rules.Validate(null, new AccessOptions()).Succeeded);
    }

    [Theory]
    [InlineData("http://127.0.0.1:3456")]
    [InlineData("http://localhost:3456;http://[::1]:3456")]
    public void Addresses_OfThisMachine_NeedNoToken(string urls) =>
        Assert.Null(ListenAddresses.FirstReachable(new Microsoft.Extensions.Configuration.ConfigurationManager { ["urls"] = urls }));

    private static long Used(AccessServer server, string bound) =>
        server.Services.GetRequiredService<Sidecar.ServiceDefaults.Bounds.BoundRegistry>().All.Single(candidate => candidate.Name == bound).Used;
}
