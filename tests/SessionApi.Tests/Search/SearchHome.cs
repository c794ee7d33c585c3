using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Search;

/// <summary>A server whose sessions are searched, and the answers of its search.</summary>
internal static class SearchHome
{
    public const string Path = "/api/search/sessions";

    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An entry as a CLI writes it.</summary>
    public static string Entry(string type, object content, string uuid = "u1", string time = "2026-04-01T10:00:00.000Z") =>
        JsonSerializer.Serialize(new { type, message = new { role = type, content }, uuid, timestamp = time }, Unescaped);

    public static object TextBlock(string text) => new { type = "text", text };

    public static async Task<JsonElement> SearchAsync(this HttpClient client, object body)
    {
        using var answer = await client.PostAsync(
            new Uri(Path, UriKind.Relative), HttpAnswers.Json(JsonSerializer.Serialize(body)), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
        return await answer.JsonAsync();
    }

    /// <summary>Searches for a text alone.</summary>
    public static Task<JsonElement> SearchAsync(this HttpClient client, string query) => client.SearchAsync(new { query });

    public static IReadOnlyList<string> Ids(this JsonElement answer) =>
        [.. answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("sessionId").GetString()!)];

    /// <summary>The only match of the only session.</summary>
    public static JsonElement OnlyMatch(this JsonElement answer) =>
        Assert.Single(Assert.Single(answer.GetProperty("results").EnumerateArray()).GetProperty("matches").EnumerateArray());

    /// <summary>What the highlights of a match cover.</summary>
    public static IReadOnlyList<string> Highlighted(this JsonElement match) =>
    [
        .. match.GetProperty("highlights").EnumerateArray().Select(highlight =>
            match.GetProperty("snippet").GetString()![highlight.GetProperty("start").GetInt32()..highlight.GetProperty("end").GetInt32()]),
    ];
}
