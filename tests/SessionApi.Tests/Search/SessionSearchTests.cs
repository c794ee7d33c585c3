using System.Net;
using System.Text.Json;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Search;

/// <summary>The contract of the search, over HTTP, without an index.</summary>
public sealed class SessionSearchTests : IAsyncDisposable
{
    private readonly SessionServer _server = new(("Sidecar:Search:Index", "false"));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Search_TextOfAUser_IsFoundWithItsPlace()
    {
        Write(SearchHome.Entry("assistant", "nothing here"), SearchHome.Entry("user", "Please implement Global Search now", "u-7"));

        var answer = await _server.CreateClient().SearchAsync("global search");

        var result = Assert.Single(answer.GetProperty("results").EnumerateArray());
        Assert.Equal(
            $$"""{"sessionId":"{{TranscriptHome.Id}}","title":"Please implement Global Search now","projectPath":"{{Path.GetFileName(_server.Home.Project)}}","workDir":{{result.GetProperty("workDir").GetRawText()}},"modifiedAt":"2026-04-01T10:00:00.000Z","matchCount":1,"matches":[{"role":"user","messageId":"u-7","lineNumber":2,"snippet":"Please implement Global Search now","highlights":[{"start":17,"end":30}],"timestamp":"2026-04-01T10:00:00.000Z"}]}""",
            result.GetRawText());
        Assert.Equal(1, answer.GetProperty("total").GetInt32());
        Assert.False(answer.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Search_EntryWithoutIdAndTime_HasNullAndNone()
    {
        Write("""{"type":"user","message":{"role":"user","content":"lonely"}}""");

        var match = (await _server.CreateClient().SearchAsync("lonely")).OnlyMatch();

        Assert.Equal(JsonValueKind.Null, match.GetProperty("messageId").ValueKind);
        Assert.False(match.TryGetProperty("timestamp", out _));
    }

    [Theory]
    [InlineData("帮我做一个全文搜索功能", "全文搜索", "全文搜索")]
    [InlineData("Die GRÖSSE stimmt", "größe", null)] // ß is not ss
    [InlineData("Die Größe stimmt", "GRÖßE", "Größe")]
    [InlineData("un café noir", "CAFÉ", "café")]
    [InlineData("un café noir", "cafe", null)] // an accent counts
    [InlineData("cafe\u0301", "caf\u00e9", null)] // so does how it is written
    [InlineData("ΟΔΥΣΣΕΥΣ", "οδυσσευς", "ΟΔΥΣΣΕΥΣ")]
    [InlineData("25 \u212A", "25 k", "25 \u212A")] // the sign of Kelvin
    [InlineData("ſo", "SO", "ſo")]
    [InlineData("𐐀 Deseret", "𐐨 des", "𐐀 Des")]
    [InlineData("ship it 👩‍💻 now", "👩‍💻", "👩‍💻")]
    [InlineData("[a.*]? \"SQLite\" \\路径", "? \"sqlite\" \\路", "? \"SQLite\" \\路")]
    [InlineData("two\nlines", "two\nlines", "two\nlines")]
    [InlineData("two\nlines", "two lines", null)] // white space counts
    [InlineData("ab", "b", "b")]
    public async Task Search_TextOfAnyLanguage_IsFoundAsItStands(string text, string query, string? found)
    {
        Write(SearchHome.Entry("user", text));

        var answer = await _server.CreateClient().SearchAsync(query);

        Assert.Equal(found is null ? [] : [found], found is null ? answer.Ids() : answer.OnlyMatch().Highlighted());
    }

    [Fact]
    public async Task Search_EscapedText_IsFoundAsItReads()
    {
        Write("""{"type":"user","message":{"role":"user","content":"\u0043af\u00e9 \ud83d\ude00 \"x\"\/y"}}""");

        Assert.Equal(["Café 😀 \"x\"/y"], (await _server.CreateClient().SearchAsync("café 😀 \"x\"/y")).OnlyMatch().Highlighted());
    }

    [Fact]
    public async Task Search_WhatNobodySaid_IsNotFound()
    {
        Write(
            SearchHome.Entry("assistant", new object[] { SearchHome.TextBlock("visible"), new { type = "tool_use", id = "t", name = "Bash", input = new { command = "needle" } } }),
            SearchHome.Entry("assistant", new object[] { new { type = "thinking", thinking = "needle" } }),
            SearchHome.Entry("user", new object[] { new { type = "tool_result", tool_use_id = "t", content = "needle" } }),
            SearchHome.Entry("user", "<command-name>/needle</command-name>"),
            """{"type":"user","isMeta":true,"message":{"role":"user","content":"needle"}}""",
            """{"type":"system","content":"needle"}""",
            """{"type":"summary","summary":"needle"}""",
            """{"type":"custom-title","customTitle":"needle"}""",
            """{"type":"user","message":{"role":"user","content":"needle"}""", // no JSON
            SearchHome.Entry("user", "<task-notification><task-id>1</task-id></task-notification>"),
            SearchHome.Entry("assistant", "needle, said to itself"),
            SearchHome.Entry("user", "a person again"));

        Assert.Empty((await _server.CreateClient().SearchAsync("needle")).Ids());
        Assert.Single((await _server.CreateClient().SearchAsync("visible")).Ids());
        Assert.Single((await _server.CreateClient().SearchAsync("person")).Ids());
    }

    [Fact]
    public async Task Search_TextOverTwoBlocks_IsNotFoundAcrossThem()
    {
        Write(SearchHome.Entry("assistant", new[] { SearchHome.TextBlock("first half"), SearchHome.TextBlock("half second") }));
        var client = _server.CreateClient();

        Assert.Empty((await client.SearchAsync("half half")).Ids());
        var result = Assert.Single((await client.SearchAsync("half")).GetProperty("results").EnumerateArray());
        Assert.Equal(2, result.GetProperty("matchCount").GetInt32());
    }

    [Fact]
    public async Task Search_LineThatIsStillWritten_IsNotFoundYet()
    {
        var path = Write(SearchHome.Entry("user", "whole"));
        await File.AppendAllTextAsync(path, SearchHome.Entry("user", "half written"), TestContext.Current.CancellationToken);

        Assert.Empty((await _server.CreateClient().SearchAsync("half")).Ids());
    }

    [Fact]
    public async Task Search_LongText_IsCutAroundTheFirstPlace()
    {
        Write(SearchHome.Entry("user", $"{new string('x', 50_000)}😀{new string('-', 119)}NEEDLE and needle{new string('y', 50_000)}"));

        var match = (await _server.CreateClient().SearchAsync("needle")).OnlyMatch();

        // The window would begin with half of the emoji.
        Assert.Equal($"…{new string('-', 119)}NEEDLE and needle{new string('y', 109)}…", match.GetProperty("snippet").GetString());
        Assert.Equal(["NEEDLE", "needle"], match.Highlighted());
    }

    [Fact]
    public async Task Search_ManyMatches_AreCountedAndTheFirstGiven()
    {
        Write([.. Enumerable.Range(0, 8).Select(i => SearchHome.Entry("user", $"repeatword {i} repeatword", $"u{i}"))]);

        var answer = await _server.CreateClient().SearchAsync(new { query = "repeatword", matchesPerSession = 3 });

        var result = Assert.Single(answer.GetProperty("results").EnumerateArray());
        Assert.Equal(8, result.GetProperty("matchCount").GetInt32());
        Assert.Equal(["u0", "u1", "u2"], result.GetProperty("matches").EnumerateArray().Select(match => match.GetProperty("messageId").GetString()));
    }

    [Fact]
    public async Task Search_ManySessions_AreNewestFirstAndCounted()
    {
        foreach (var i in Enumerable.Range(1, 7))
        {
            _server.Home.Write($"6f1c0000-0000-4000-8000-00000000000{i}", SearchHome.Entry("user", "common", time: $"2026-04-0{i}T10:00:00.000Z"));
        }

        var answer = await _server.CreateClient().SearchAsync(new { query = "common", limit = 2 });

        Assert.Equal(["6f1c0000-0000-4000-8000-000000000007", "6f1c0000-0000-4000-8000-000000000006"], answer.Ids());
        Assert.Equal(7, answer.GetProperty("total").GetInt32());
        Assert.True(answer.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Search_CaseMatters_WhenAskedFor()
    {
        Write(SearchHome.Entry("user", "needle and Needle"), SearchHome.Entry("user", "NEEDLE"));
        var client = _server.CreateClient();

        Assert.Equal(["Needle"], (await client.SearchAsync(new { query = "Needle", caseSensitive = true })).OnlyMatch().Highlighted());
        Assert.Empty((await client.SearchAsync(new { query = "nEEDLE", caseSensitive = true })).Ids());
    }

    [Fact]
    public async Task Search_Filters_LeaveOthersOut()
    {
        Write(SearchHome.Entry("user", "needle", time: "2026-04-01T10:00:00.000Z"));
        var other = Path.Combine(_server.Home.Config, "projects", "-other");
        Directory.CreateDirectory(other);
        await File.WriteAllTextAsync(
            Path.Combine(other, TranscriptHome.OtherId + ".jsonl"),
            SearchHome.Entry("user", "needle", time: "2026-04-03T10:00:00.000Z") + "\n",
            TestContext.Current.CancellationToken);
        var client = _server.CreateClient();

        Assert.Equal([TranscriptHome.OtherId], (await client.SearchAsync(new { query = "needle", project = "-other" })).Ids());
        Assert.Equal([TranscriptHome.OtherId], (await client.SearchAsync(new { query = "needle", modifiedAfter = "2026-04-02" })).Ids());
        Assert.Equal([TranscriptHome.Id], (await client.SearchAsync(new { query = "needle", modifiedBefore = "2026-04-01T12:00:00+02:00" })).Ids());
        Assert.Empty((await client.SearchAsync(new { query = "needle", project = "-oth" })).Ids());
    }

    [Theory]
    [InlineData("""{}""", "query (string) is required in request body and must not be empty")]
    [InlineData("""{"query":7}""", "query (string) is required in request body and must not be empty")]
    [InlineData("""{"query":" \n"}""", "query (string) is required in request body and must not be empty")]
    [InlineData("""{"query":"x","limit":0}""", "Invalid limit: 0 is not a whole number from 1 to 100")]
    [InlineData("""{"query":"x","limit":"5"}""", "Invalid limit: \"5\" is not a whole number from 1 to 100")]
    [InlineData("""{"query":"x","matchesPerSession":1.5}""", "Invalid matchesPerSession: 1.5 is not a whole number from 1 to 20")]
    [InlineData("""{"query":"x","caseSensitive":"no"}""", "Invalid caseSensitive: \"no\" is neither true nor false")]
    [InlineData("""{"query":"x","project":"a/b"}""", "Invalid project filter: \"a/b\" is not the name of a project directory")]
    [InlineData("""{"query":"x","project":".."}""", "Invalid project filter: \"..\" is not the name of a project directory")]
    [InlineData("""{"query":"x","modifiedAfter":"soon"}""", "Invalid modifiedAfter: \"soon\" is not a time like \"2026-01-31T12:00:00Z\"")]
    public async Task Search_BadInput_IsNamed(string body, string message)
    {
        using var answer = await _server.CreateClient().PostAsync(SearchHome.Path, HttpAnswers.Json(body), TestContext.Current.CancellationToken);

        Assert.Equal(message, await answer.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Fact]
    public async Task Search_QueryWithoutEnd_IsRefused()
    {
        var body = JsonSerializer.Serialize(new { query = new string('x', 1001) });
        using var answer = await _server.CreateClient().PostAsync(SearchHome.Path, HttpAnswers.Json(body), TestContext.Current.CancellationToken);

        Assert.Equal("query may have 1000 characters, not 1001", await answer.ErrorAsync(400, "BAD_REQUEST"));
    }

    [Fact]
    public async Task Search_OtherMethod_IsRefused()
    {
        using var answer = await _server.CreateClient().GetAsync(SearchHome.Path, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task Search_OwnWrite_IsFoundAtOnce()
    {
        var path = Write(SearchHome.Entry("user", "first"));
        var client = _server.CreateClient();
        Assert.Empty((await client.SearchAsync("second")).Ids());

        await File.AppendAllTextAsync(path, SearchHome.Entry("assistant", "second") + "\n", TestContext.Current.CancellationToken);

        Assert.Single((await client.SearchAsync("second")).Ids());
    }

    [Fact]
    public async Task Search_DeletedSession_IsNotFound()
    {
        Write(SearchHome.Entry("user", "needle"));
        var client = _server.CreateClient();
        Assert.Single((await client.SearchAsync("needle")).Ids());

        using var deleted = await client.DeleteAsync($"/api/sessions/{TranscriptHome.Id}", TestContext.Current.CancellationToken);

        Assert.True(deleted.IsSuccessStatusCode);
        Assert.Empty((await client.SearchAsync("needle")).Ids());
    }

    private string Write(params string[] lines) => _server.Home.Write(TranscriptHome.Id, lines);
}
