using System.Net;
using System.Net.Http.Headers;
using Sidecar.SessionApi.Ui;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Ui;

public sealed class UiTests : IDisposable
{
    private const string Page = "<!doctype html><title>UI</title>";
    private const string Script = "console.log('UI')";

    private readonly TemporaryFolder _folder = new();

    public UiTests()
    {
        Write("ui/index.html", Page);
        Write("ui/assets/app-1a2b.js", Script);
        Write("ui/assets/app-1a2b.js.br", "as br");
        Write("ui/assets/app-1a2b.js.gz", "as gzip");
        Write("ui/docs/index.html", "docs");
        Write("ui/logo.svg", "<svg/>");
        Write("ui/.env", "secret");
        Write("secret.txt", "secret");
    }

    [Theory]
    [InlineData("/", Page, "text/html", "no-store")]
    [InlineData("/index.html", Page, "text/html", "no-store")]
    [InlineData("/sessions/42", Page, "text/html", "no-store")]
    [InlineData("/assets", Page, "text/html", "no-store")]
    [InlineData("/docs", "docs", "text/html", "no-store")]
    [InlineData("/docs/", "docs", "text/html", "no-store")]
    [InlineData("/logo.svg", "<svg/>", "image/svg+xml", "no-store")]
    [InlineData("/assets/app-1a2b.js", Script, "text/javascript", "public, max-age=31536000, immutable")]
    public async Task Get_Path_IsItsFileOrTheIndex(string path, string body, string type, string cacheControl)
    {
        await using var server = Server();
        using var client = server.CreateClient();

        using var response = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(cacheControl, Assert.Single(response.Headers.GetValues("Cache-Control")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.NotNull(response.Headers.ETag);
    }

    [Theory]
    [InlineData("/missing.js")]
    [InlineData("/assets/missing.css")]
    [InlineData("/.env")]
    [InlineData("/link.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/..%5csecret.txt")]
    [InlineData("/assets/..%2f..%2fsecret.txt")]
    [InlineData("/proxy/x")]
    [InlineData("/preview-fs/x")]
    [InlineData("/local-file/x")]
    [InlineData("/callback")]
    [InlineData("/sdk/x")]
    public async Task Get_NoFileOfTheUi_IsNotFound(string path)
    {
        File.CreateSymbolicLink(_folder["ui", "link.txt"], _folder["secret.txt"]);
        await using var server = Server();
        using var client = server.CreateClient();

        using var response = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("Not Found", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("POST", "/api/status", 405)]
    public async Task Api_UnknownOrWrong_StaysJson(string method, string path, int status)
    {
        await using var server = Server();
        using var client = server.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request);

        await response.ErrorAsync(status, status == 404 ? "NOT_FOUND" : "METHOD_NOT_ALLOWED");
    }

    [Theory]
    [InlineData("br, gzip", "br", "as br")]
    [InlineData("gzip", "gzip", "as gzip")]
    [InlineData("br;q=0, *", "gzip", "as gzip")]
    [InlineData("identity", null, Script)]
    public async Task Get_CompressedBeside_IsSentToWhoTakesIt(string accepted, string? encoding, string body)
    {
        await using var server = Server();
        using var client = server.CreateClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", accepted);

        using var response = await client.GetAsync("/assets/app-1a2b.js");

        Assert.Equal(body, await response.Content.ReadAsStringAsync());
        Assert.Equal(encoding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("text/javascript", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
    }

    [Fact]
    public async Task Get_Again_IsNotModifiedAndPartsCanBeAskedFor()
    {
        await using var server = Server();
        using var client = server.CreateClient();
        using var first = await client.GetAsync("/logo.svg");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/logo.svg");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var part = new HttpRequestMessage(HttpMethod.Get, "/assets/app-1a2b.js");
        part.Headers.Range = new RangeHeaderValue(0, 6);
        part.Headers.AcceptEncoding.ParseAdd("br");

        using var unchanged = await client.SendAsync(again);
        using var partly = await client.SendAsync(part);

        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, partly.StatusCode);
        Assert.Equal("console", await partly.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Head_File_HasHeadersAndNoBody()
    {
        await using var server = Server();
        using var client = server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Page.Length, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("missing", "exists")]
    [InlineData("ui/assets", "index.html")]
    public void Options_FolderThatIsNoUi_AreRefused(string folder, string allowed)
    {
        var failure = new UiOptionsValidator().Validate(null, new UiOptions { Root = _folder[folder] }).FailureMessage;

        Assert.StartsWith($"Sidecar:Ui:Root is \"{_folder[folder]}\"", failure, StringComparison.Ordinal);
        Assert.Contains(allowed, failure, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private SessionServer Server() => new(("Sidecar:Ui:Root", _folder["ui"]));

    private void Write(string file, string content)
    {
        var path = _folder[file.Split('/')];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
