using System.Net;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Errors;

public sealed class ApiErrorTests
{
    private const string Unknown = "6f1c0000-0000-4000-8000-00000000dead";

    [Theory]
    [InlineData("PUT", "/api/sessions")]
    [InlineData("POST", "/api/sessions/" + Unknown)]
    [InlineData("DELETE", "/api/sessions/" + Unknown + "/messages")]
    [InlineData("POST", "/api/status")]
    public async Task WrongVerb_KnownPath_IsMethodNotAllowed(string method, string path)
    {
        using var response = await SendAsync(method, path);

        Assert.Equal($"Method {method} not allowed on {path}", await response.ErrorAsync(405, "METHOD_NOT_ALLOWED"));
    }

    [Theory]
    [InlineData("/api/nothing/here", "Unknown API resource: nothing")]
    [InlineData("/api/sessions/" + Unknown + "/nothing", "No such path: /api/sessions/" + Unknown + "/nothing")]
    [InlineData("/api/sessions/" + Unknown, "Session not found: " + Unknown)]
    [InlineData("/api/sessions/" + Unknown + "/messages", "Session not found: " + Unknown)]
    public async Task UnknownPath_UnderApi_SaysWhatIsUnknown(string path, string message)
    {
        using var response = await SendAsync("GET", path);

        Assert.Equal(message, await response.ErrorAsync(404, "NOT_FOUND"));
    }

    [Fact]
    public async Task Body_NoJson_IsRefused()
    {
        using var response = await SendAsync("POST", "/api/sessions", "{nope");

        Assert.Equal("Invalid JSON body", await response.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Theory]
    [InlineData("POST", "/api/sessions")]
    [InlineData("PUT", "/api/settings/user")]
    [InlineData("PUT", "/api/desktop-ui/preferences/pet")]
    public async Task Body_NoUtf8_IsRefused(string method, string path)
    {
        using var content = new ByteArrayContent([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]);

        using var response = await SendAsync(method, path, content);

        Assert.Equal("Invalid JSON body: it is not UTF-8", await response.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Fact]
    public async Task Body_OverOneMebibyte_IsRefused()
    {
        using var response = await SendAsync("POST", "/api/sessions", "{\"workDir\":\"" + new string('x', 1024 * 1024) + "\"}");

        Assert.Contains("1048576", await response.ErrorAsync(413, "PAYLOAD_TOO_LARGE"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_Throws_SaysNothingAboutTheInside()
    {
        await using var server = new SessionServer();
        var id = "6f1c0000-0000-4000-8000-000000000001";
        server.Home.Write(id, "{}");
        server.Live.FailureOf = _ => new InvalidOperationException("secret detail");
        using var client = server.CreateClient();

        using var response = await client.DeleteAsync("/api/sessions/" + id);

        Assert.Equal("An unexpected error occurred", await response.ErrorAsync(500, "INTERNAL_ERROR"));
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_Get_SaysOkVersionAndUptime()
    {
        using var response = await SendAsync("GET", "/api/status");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var status = await response.JsonAsync();
        Assert.Equal(["status", "version", "uptime"], status.EnumerateObject().Select(member => member.Name));
        Assert.Equal("ok", status.GetProperty("status").GetString());
        Assert.True(status.GetProperty("uptime").GetInt64() > 0);
    }

    private static Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null) =>
        SendAsync(method, path, body is null ? null : HttpAnswers.Json(body));

    private static async Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent? content)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = content;
        var response = await client.SendAsync(request);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }
}
