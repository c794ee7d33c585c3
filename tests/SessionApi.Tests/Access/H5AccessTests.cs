using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Live;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>Access from a browser elsewhere.</summary>
public sealed class H5AccessTests
{
    private const string Proxied = "X-Forwarded-For: 203.0.113.9";

    [Fact]
    public async Task Settings_NothingStored_AreOff()
    {
        await using var server = await AccessServer.StartAsync();

        var answer = await server.Http.GetStringAsync("/api/h5-access");

        Assert.Equal(
            """{"settings":{"enabled":false,"token":null,"tokenPreview":null,"allowedOrigins":[],"publicBaseUrl":null,"fixedPort":null,"disconnectGraceSeconds":null},"token":null,"diagnostics":{}}""",
            answer);
        Assert.Equal(403, await server.StatusAsync("GET", "/api/sessions", Proxied));
    }

    [Fact]
    public async Task Enable_ThenWithTheToken_LetsIn()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:MaxFailedAttempts", "1000"));
        var token = await EnableAsync(server);
        var authorization = $"Authorization: Bearer {token}";

        Assert.StartsWith("h5_", token, StringComparison.Ordinal);
        Assert.Equal(200, await server.StatusAsync("GET", "/api/sessions", Proxied, authorization));
        Assert.Equal(200, await server.StatusAsync("POST", "/api/h5-access/verify", Proxied, authorization));
        Assert.Equal(401, await server.StatusAsync("POST", "/api/h5-access/verify", Proxied));
        Assert.Equal(401, await server.StatusAsync("POST", "/api/h5-access/verify"));
        Assert.Equal(403, await server.StatusAsync("GET", "/api/h5-access", Proxied, authorization));
        Assert.Equal(403, await server.StatusAsync("POST", "/api/h5-access/disable", Proxied, authorization));
        Assert.DoesNotContain(token, await server.Http.GetStringAsync("/api/h5-access"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Regenerate_Disable_LockOutTheOldToken()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:MaxFailedAttempts", "1000"));
        var first = await EnableAsync(server);
        using var regenerated = await server.SendAsync("POST", "/api/h5-access/regenerate");
        var second = (await regenerated.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();

        Assert.Equal(401, await server.StatusAsync("GET", "/api/sessions", Proxied, $"Authorization: Bearer {first}"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/sessions", Proxied, $"Authorization: Bearer {second}"));
        Assert.Equal(200, await server.StatusAsync("POST", "/api/h5-access/disable"));
        Assert.Equal(403, await server.StatusAsync("GET", "/api/sessions", Proxied, $"Authorization: Bearer {second}"));
    }

    [Fact]
    public async Task Put_Settings_AreStoredBesideWhatWasThereAndCount()
    {
        await using var server = await AccessServer.StartAsync();
        var path = Path.Combine(server.Config, "cc-haha", "settings.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, """{"env":{"A":"1"}}""");

        using var put = await server.SendAsync(
            "PUT",
            "/api/h5-access",
            """{"enabled":true,"allowedOrigins":["https://ui.example"],"publicBaseUrl":"https://me.example/sidecar","fixedPort":4000,"disconnectGraceSeconds":60}""");
        var token = (await put.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;

        var stored = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        Assert.Equal("1", (string?)stored["env"]!["A"]);
        Assert.DoesNotContain(token, stored.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(200, await server.StatusAsync("GET", "/api/sessions", "Origin: https://ui.example", $"Authorization: Bearer {token}"));
        Assert.Equal(401, await server.StatusAsync("GET", "/api/sessions", "Origin: https://ui.example"));
        Assert.Equal(403, await server.StatusAsync("GET", "/api/sessions", "Origin: https://other.example", $"Authorization: Bearer {token}"));
        Assert.Equal(200, await server.StatusAsync("GET", "/api/sessions", "Host: me.example", "Origin: https://me.example", $"Authorization: Bearer {token}"));
    }

    /// <summary>It is what live sessions go by, at once; <c>LiveSessionLifetimeTests</c> has the agent's end.</summary>
    [Fact]
    public async Task Put_DisconnectGrace_CountsForLiveSessions()
    {
        await using var server = await AccessServer.StartAsync(("Sidecar:Live:DisconnectGrace", "00:00:45"));
        var live = server.Services.GetRequiredService<LiveServices>();
        Assert.Equal(TimeSpan.FromSeconds(45), live.DisconnectGrace);

        using var put = await server.SendAsync("PUT", "/api/h5-access", """{"disconnectGraceSeconds":60}""");
        Assert.Equal(TimeSpan.FromSeconds(60), live.DisconnectGrace);
        using var taken = await server.SendAsync("PUT", "/api/h5-access", """{"disconnectGraceSeconds":null}""");
        Assert.Equal(TimeSpan.FromSeconds(45), live.DisconnectGrace);
    }

    [Theory]
    [InlineData("""{"enabled":"yes"}""", "enabled")]
    [InlineData("""{"token":"short"}""", "token")]
    [InlineData("""{"allowedOrigins":["https://a.example/path"]}""", "allowedOrigins")]
    [InlineData("""{"allowedOrigins":"*"}""", "allowedOrigins")]
    [InlineData("""{"publicBaseUrl":"javascript:alert(1)"}""", "publicBaseUrl")]
    [InlineData("""{"fixedPort":70000}""", "fixedPort")]
    [InlineData("""{"disconnectGraceSeconds":1}""", "disconnectGraceSeconds")]
    [InlineData("""{"other":1}""", "other")]
    public async Task Put_ValueNotAllowed_IsNamedAndNothingChanges(string body, string field)
    {
        await using var server = await AccessServer.StartAsync();

        using var response = await server.SendAsync("PUT", "/api/h5-access", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains($"\\\"{field}\\\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await server.AssertUntouchedAsync();
    }

    private static async Task<string> EnableAsync(AccessServer server)
    {
        using var enabled = await server.SendAsync("POST", "/api/h5-access/enable");
        return (await enabled.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }
}
