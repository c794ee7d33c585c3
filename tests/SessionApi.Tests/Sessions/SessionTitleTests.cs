using System.Text.Json;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Sessions;

public sealed class SessionTitleTests
{
    [Theory]
    [InlineData("parser", 2)]
    [InlineData("PARSER%20fix", 1)]
    [InlineData("fix%09%20parser", 1)]
    [InlineData("ÄRGER", 1)]
    [InlineData("work", 3)] // the folder's name
    [InlineData("WORK%20parser", 2)]
    [InlineData("sidecar-transcripts", 0)] // a folder above it
    [InlineData("nothing", 0)]
    [InlineData("%20%20", 3)]
    public async Task List_WithATitle_HasTheRowsWithAllItsWords(string title, int rows)
    {
        await using var server = Server();
        using var client = server.CreateClient();

        var list = await client.GetJsonAsync($"/api/sessions?title={title}");

        Assert.Equal((rows, rows), (list.GetProperty("sessions").GetArrayLength(), list.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task List_WithATitle_HasPagesInOrderAndNoTag()
    {
        await using var server = Server();
        using var client = server.CreateClient();

        using var response = await client.GetAsync("/api/sessions?title=parser&limit=1&offset=1");
        var page = await response.JsonAsync();

        Assert.Null(response.Headers.ETag);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal(2, page.GetProperty("total").GetInt32());
        Assert.Equal("Fix the parser", Assert.Single(Titles(page)));
        Assert.Equal("ready", page.GetProperty("index").GetProperty("state").GetString());
    }

    [Fact]
    public async Task List_WithATitleAndAProject_HasWhatIsInBoth()
    {
        await using var server = Server();
        var other = Directory.CreateDirectory(Path.Combine(server.Home.Config, "projects", "-other"));
        File.WriteAllText(Path.Combine(other.FullName, TranscriptHome.Id[..^1] + "9.jsonl"), TranscriptHome.User("another parser") + "\n");
        using var client = server.CreateClient();

        var list = await client.GetJsonAsync("/api/sessions?project=-other&title=parser");

        Assert.Equal(["another parser"], Titles(list));
        Assert.Equal(1, list.GetProperty("total").GetInt32());
        Assert.Equal(3, (await client.GetJsonAsync("/api/sessions?title=parser")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task List_WithIds_HasTheRowsOfThoseSessionsAndNoTag()
    {
        await using var server = Server();
        using var client = server.CreateClient();

        using var response = await client.GetAsync($"/api/sessions?ids={Id(1)}, {Id(3)},unknown");
        using var none = await client.GetAsync("/api/sessions?ids=");
        var tooMany = await client.GetAsync($"/api/sessions?ids={string.Join(',', Enumerable.Range(0, 201))}");

        var list = await response.JsonAsync();
        Assert.Null(response.Headers.ETag);
        Assert.Equal(["Parser benchmarks", "Fix the parser"], Titles(list));
        Assert.Equal(2, list.GetProperty("total").GetInt32());
        Assert.Equal(0, (await none.JsonAsync()).GetProperty("total").GetInt32());
        Assert.Equal("Invalid ids parameter: it has 201 ids, and may have 200", await tooMany.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Fact]
    public async Task List_TitleIsTooLong_IsRefused()
    {
        await using var server = Server();
        using var client = server.CreateClient();

        using var longest = await client.GetAsync("/api/sessions?title=" + new string('x', 200));
        using var longer = await client.GetAsync("/api/sessions?title=" + new string('x', 201));

        Assert.True(longest.IsSuccessStatusCode);
        Assert.Equal("Invalid title parameter: it has 201 characters, and may have 200", await longer.ErrorAsync(400, "BAD_REQUEST"));
    }

    private static SessionServer Server()
    {
        var server = new SessionServer();
        Write(1, "Fix the parser", 1);
        Write(2, "Ärger im Lexer", 2);
        Write(3, "Parser benchmarks", 3);
        return server;

        void Write(int number, string title, int day) => server.Home.Write(
            Id(number),
            TranscriptHome.User(title, $"2026-04-0{day}T10:00:00.000Z", $$""","cwd":"{{server.Home.WorkDir}}" """));
    }

    private static string Id(int number) => $"6f1c0000-0000-4000-8000-{number:d12}";

    private static IEnumerable<string?> Titles(JsonElement list) =>
        list.GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("title").GetString());
}
