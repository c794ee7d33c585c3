using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sidecar.SessionApi.Sessions;
using Sidecar.SessionApi.Transcripts;
using Sidecar.Tests.SessionApi.Transcripts;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Sessions;

public sealed class SessionListCacheTests
{
    private const string List = "/api/sessions?limit=10";

    [Fact]
    public async Task List_AskedAgain_HasTheSameBytesAndTag()
    {
        await using var server = Server(3);
        using var client = server.CreateClient();
        var written = await AskAsync(client, List);
        var kept = await AskAsync(client, List);
        var keptAgain = await AskAsync(client, "/api/sessions?offset=0&limit=400&x=%41");

        Assert.Equal("private, no-cache", written.CacheControl);
        Assert.StartsWith("\"", written.Tag, StringComparison.Ordinal);
        Assert.Equal(written, kept);
        Assert.Equal(written, keptAgain);
    }

    [Theory]
    [InlineData("{0}", true)]
    [InlineData("W/{0}", true)]
    [InlineData("\"other\", {0}", true)]
    [InlineData("\"a,b\" , W/{0}", true)]
    [InlineData("*", true)]
    [InlineData("\"other\"", false)]
    [InlineData("other", false)]
    [InlineData("", false)]
    public async Task List_IfNoneMatch_IsUnchangedWhenItNamesThePage(string header, bool isUnchanged)
    {
        await using var server = Server(3);
        using var client = server.CreateClient();
        var page = await AskAsync(client, List);

        var answer = await AskAsync(client, List, header.Replace("{0}", page.Tag, StringComparison.Ordinal));

        Assert.Equal(isUnchanged ? page with { Status = HttpStatusCode.NotModified, Body = "", Length = 0 } : page, answer);
    }

    [Fact]
    public async Task List_OtherPage_HasAnotherTag()
    {
        await using var server = Server(3);
        using var client = server.CreateClient();
        var project = Uri.EscapeDataString(server.Home.WorkDir);
        string[] pages = ["", "?limit=2", "?limit=1", "?limit=1&offset=1", $"?project={project}", "?project=none"];
        var tags = new HashSet<string>();
        foreach (var page in pages)
        {
            tags.Add((await AskAsync(client, "/api/sessions" + page)).Tag);
        }

        Assert.Equal(pages.Length, tags.Count);
    }

    [Fact]
    public async Task List_AnotherProcess_HasAnotherTag()
    {
        await using var server = Server(1);
        await using var next = Server(1);
        using var client = server.CreateClient();
        using var nextClient = next.CreateClient();

        Assert.NotEqual((await AskAsync(client, List)).Tag, (await AskAsync(nextClient, List)).Tag);
    }

    [Fact]
    public async Task List_AfterARename_IsNewInTheNextRequest()
    {
        await using var server = Server(3);
        using var client = server.CreateClient();
        var before = await AskAsync(client, List);
        await AskAsync(client, List);

        for (var i = 0; i < 5; i++)
        {
            using var renamed = await client.PatchAsync($"/api/sessions/{IdOf(1)}", HttpAnswers.Json($$"""{"title":"Title {{i}}"}"""));
            var after = await AskAsync(client, List, before.Tag);

            Assert.Equal(HttpStatusCode.OK, after.Status);
            Assert.NotEqual(before.Tag, after.Tag);
            Assert.Contains($"\"Title {i}\"", after.Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotModified, (await AskAsync(client, List, after.Tag)).Status);
            before = after;
        }
    }

    [Fact]
    public async Task List_AfterAnAppend_IsNewOnceItIsScanned()
    {
        await using var server = Server(3);
        using var client = server.CreateClient();
        var before = await AskAsync(client, List);
        File.AppendAllText(server.Home.PathOf(IdOf(2)), TranscriptHome.Assistant("more", "2026-04-02T10:00:00.000Z") + "\n");

        await server.Services.GetRequiredService<SessionCatalog>().ScanOnceAsync(CancellationToken.None);
        var after = await AskAsync(client, List, before.Tag);

        Assert.Equal(HttpStatusCode.OK, after.Status);
        Assert.Contains("2026-04-02T10:00:00.000Z", after.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Head_HasTheHeadersAndNoBody()
    {
        await using var server = Server(3);
        using var client = server.CreateClient();
        var page = await AskAsync(client, List);
        using var request = new HttpRequestMessage(HttpMethod.Head, List);
        using var head = await client.SendAsync(request);

        Assert.Equal(page.Tag, head.Headers.ETag?.ToString());
        Assert.Equal(page.Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public void PageCache_ManyDistinctPages_StaysWithinItsBounds()
    {
        var rows = SessionRows.Of(Enumerable.Range(0, 3000).Select(i => SessionRowsTests.Row($"/p/{i:d5}", i)));
        var view = new CatalogView(CatalogSnapshot.Of(rows, default), default, Total: null);
        var cache = new PageCache(view, "t");
        var first = new PageKey(rows, 0, 0, 50);
        AskTwice(cache, first);
        cache.Remember(first).WasUsed = true;
        for (var start = 0; start < 1500; start++)
        {
            AskTwice(cache, new PageKey(rows, 0, start, 400));
            Assert.True(cache.TryFind(first, out var hot) && hot.Segments is not null, "What is asked for all the time stays.");
            hot.WasUsed = true;
            Assert.InRange(cache.Count, 1, PageCache.MaxPages);
            Assert.InRange(cache.Bytes, 1, PageCache.MaxBytes);
        }

        for (var start = 0; start < 1500; start++)
        {
            cache.Remember(new PageKey(rows, 0, start, 1));
        }

        Assert.InRange(cache.Count, 1, PageCache.MaxPages);
        Assert.InRange(cache.Bytes, 0, PageCache.MaxBytes);
    }

    [Fact]
    public async Task SessionListPage_ManySegments_AreTheBytesThatAreWritten()
    {
        var rows = SessionRows.Of(Enumerable.Range(0, 3000).Select(i => SessionRowsTests.Row($"/p/{i:d5}", i)));
        var page = Page(new CatalogView(CatalogSnapshot.Of(rows, default), default, Total: null), rows, 7, 2000);
        using var written = new MemoryStream();
        var writer = System.IO.Pipelines.PipeWriter.Create(written);
        await page.WriteAsync(writer, CancellationToken.None);

        var segments = page.ToSegments();

        Assert.Equal(page.Length, written.Length);
        Assert.Equal(written.ToArray(), segments.SelectMany(segment => segment.ToArray()).ToArray());
    }

    private static void AskTwice(PageCache cache, PageKey key)
    {
        var page = cache.Remember(key);
        cache.Keep(page, Page(cache.View, key.Rows, key.Start, key.Count));
    }

    private static SessionListPage Page(CatalogView view, SessionRows rows, int start, int count) => new(view, rows, start, count, rows.Count);

    private static SessionServer Server(int sessions)
    {
        var server = new SessionServer();
        for (var i = 0; i < sessions; i++)
        {
            server.Home.Write(IdOf(i), TranscriptHome.User("x"));
        }

        return server;
    }

    private static string IdOf(int number) => $"6f1c0000-0000-4000-8000-{number:d12}";

    /// <summary>Asks, again and again while the list is still being built: those answers have no tag.</summary>
    private static async Task<Answer> AskAsync(HttpClient client, string path, string? ifNoneMatch = null)
    {
        Answer? answer = null;
        await WaitFor.True(
            async () => (answer = await AskOnceAsync(client, path, ifNoneMatch)).CacheControl != "no-store", TimeSpan.FromSeconds(20), "a complete list");
        return answer!;
    }

    private static async Task<Answer> AskOnceAsync(HttpClient client, string path, string? ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        using var response = await client.SendAsync(request);
        return new Answer(
            response.StatusCode,
            response.Headers.ETag?.ToString() ?? "",
            response.Headers.CacheControl?.ToString().Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal) ?? "",
            response.Content.Headers.ContentLength,
            await response.Content.ReadAsStringAsync());
    }

    private sealed record Answer(HttpStatusCode Status, string Tag, string CacheControl, long? Length, string Body);
}
