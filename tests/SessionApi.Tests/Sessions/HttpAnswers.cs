using System.Net;
using System.Text;
using System.Text.Json;

namespace Sidecar.Tests.SessionApi.Sessions;

internal static class HttpAnswers
{
    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.Clone();
    }

    public static async Task<JsonElement> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return await response.JsonAsync();
    }

    /// <summary>Checks the one shape of errors and returns the message.</summary>
    public static async Task<string> ErrorAsync(this HttpResponseMessage response, int status, string code)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var error = await response.JsonAsync();
        Assert.Equal(status, error.GetProperty("status").GetInt32());
        Assert.Equal(code, error.GetProperty("error").GetString());
        Assert.Equal("about:blank", error.GetProperty("type").GetString());
        Assert.NotEqual("", error.GetProperty("title").GetString());
        Assert.Equal(error.GetProperty("message").GetString(), error.GetProperty("detail").GetString());
        return error.GetProperty("message").GetString()!;
    }
}
