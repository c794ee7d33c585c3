using System.Net;
using System.Text.RegularExpressions;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Ui;

/// <summary>The UI that comes with the server. What it does is tested in a browser.</summary>
public sealed partial class BuiltInUiTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/sessions/6f1c0000-0000-4000-8000-00000000000b")]
    [InlineData("/system")]
    public async Task Get_PageOfTheUi_IsItsDocumentUnderAPolicy(string path)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();

        using var response = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/nothing")]
    [InlineData("GET", "/js/nothing.js")]
    [InlineData("GET", "/js")]
    [InlineData("GET", "/%2e%2e/SessionApi.csproj")]
    [InlineData("GET", "/proxy/x")]
    [InlineData("POST", "/")]
    public async Task Any_NoFileOfTheUi_IsNotFound(string method, string path)
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("Not Found", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_EveryFileThatIsNamed_IsThere()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var seen = new HashSet<Uri>();
        var open = new Queue<Uri>([new Uri(client.BaseAddress!, "/")]);

        while (open.TryDequeue(out var file))
        {
            using var response = await client.GetAsync(file);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{file} is {response.StatusCode}");
            var content = await response.Content.ReadAsStringAsync();
            foreach (Match match in Reference().Matches(content))
            {
                var target = new Uri(file, match.Groups["path"].Value);
                if (seen.Add(target))
                {
                    open.Enqueue(target);
                }
            }
        }

        Assert.Contains(seen, file => file.AbsolutePath == "/js/app.js");
        Assert.Contains(seen, file => file.AbsolutePath == "/js/session/markdown.js");
        Assert.Contains(seen, file => file.AbsolutePath == "/css/base.css");
    }

    /// <summary>Else the browser learns of a module only from the one that imports it, one round after the other.</summary>
    [Fact]
    public async Task Document_ModulesThatThePageBeginsWith_AreAllNamedInIt()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        var document = await client.GetStringAsync("/");
        var imported = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<Uri>([new Uri(client.BaseAddress!, "/js/app.js")]);

        while (open.TryDequeue(out var module))
        {
            foreach (Match match in Import().Matches(await client.GetStringAsync(module)))
            {
                var target = new Uri(module, match.Groups["path"].Value);
                if (imported.Add(target.AbsolutePath))
                {
                    open.Enqueue(target);
                }
            }
        }

        Assert.Equal(imported.Order(StringComparer.Ordinal), Preload().Matches(document).Select(match => match.Groups["path"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_File_IsCompressedAndNotSentAgain()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        using var plain = await client.GetAsync("/js/text.js");
        using var first = await AskAsync(client, "br", tag: null);
        using var again = await AskAsync(client, "br", first.Headers.ETag!.ToString());

        Assert.Equal("br", Assert.Single(first.Content.Headers.ContentEncoding));
        Assert.True(first.Content.Headers.ContentLength < plain.Content.Headers.ContentLength / 2);
        Assert.NotEqual(plain.Headers.ETag, first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string encoding, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/js/text.js");
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        if (tag is not null)
        {
            request.Headers.IfNoneMatch.ParseAdd(tag);
        }

        return await client.SendAsync(request);
    }

    [GeneratedRegex("""^import .*?from "(?<path>[^"]+)";""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Import();

    [GeneratedRegex("""rel="modulepreload" href="(?<path>[^"]+)["]""", RegexOptions.CultureInvariant)]
    private static partial Regex Preload();

    // What a document links to, and what a module imports, at once or later.
    [GeneratedRegex("""(?:(?:href|src)="|(?:from|import\() ?")(?<path>[./][^"]*\.(?:js|css|svg))["]""", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
