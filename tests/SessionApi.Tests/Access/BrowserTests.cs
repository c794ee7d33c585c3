using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Reaping;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>A real browser opens a page that tries what a page can try. Fails when <c>OriginRules.Judge</c> lets every origin pass.</summary>
public sealed partial class BrowserTests
{
    // Set where the browser must be there: then its absence is a failure.
    private const string Required = "SIDECAR_TEST_BROWSER";
    private const string Browser = "/usr/bin/chromium";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Page_OfAnotherOrigin_ReadsChangesAndStartsNothing()
    {
        SkipWithoutBrowser();
        await using var server = await AccessServer.StartAsync();
        await using var pages = await ServePageAsync(server.Address);
        var port = new Uri(pages.Urls.First()).Port;

        var seen = await OpenAsync($"http://evil.test:{port}/");
        await server.AssertUntouchedAsync();
        var rebound = await OpenAsync($"http://rebound.test:{server.Address.Port}/api/sessions");
        var own = await OpenAsync($"http://localhost:{port}/"); // the same page where it is allowed: what it tries does work

        Assert.Equal("fetch=refused post=sent form=sent socket=refused events=refused", seen);
        Assert.Contains("may not be asked for", rebound, StringComparison.Ordinal);
        Assert.StartsWith("fetch=200 ", own, StringComparison.Ordinal);
        Assert.Contains("socket=open", own, StringComparison.Ordinal);
        Assert.DoesNotContain("\"total\":0", await server.Http.GetStringAsync("/api/sessions"), StringComparison.Ordinal);
    }

    private static void SkipWithoutBrowser()
    {
        if (!File.Exists(Browser))
        {
            Assert.False(Environment.GetEnvironmentVariable(Required) == "1", $"{Required} is 1 and {Browser} is not there.");
            Assert.Skip($"{Browser} is not there.");
        }
    }

    private static async Task<WebApplication> ServePageAsync(Uri server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync(Page.Replace("SERVER", server.Authority, StringComparison.Ordinal));
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>What the page has found out, or the text of a page that is no such page.</summary>
    private static async Task<string> OpenAsync(string url)
    {
        using var profile = new TemporaryFolder();
        var spec = new ContainedProcessSpec
        {
            FileName = Browser,
            Arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={profile.Path}", "--timeout=20000",
                "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP rebound.test 127.0.0.1", "--virtual-time-budget=15000", "--dump-dom", url,
            ],
            WorkingDirectory = profile.Path,
            Environment = new Dictionary<string, string?> { ["HOME"] = profile.Path },
            Marker = ProcessOwner.Current().Marker("SIDECAR_TEST_BROWSER_RUN", Guid.NewGuid().ToString("n")),
        };
        using var browser = await ContainedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None);
        try
        {
            using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
            browser.Input.Close();
            _ = browser.Error.CopyToAsync(Stream.Null, deadline.Token);
            var page = await new StreamReader(browser.Output).ReadToEndAsync(deadline.Token);
            return Result().Match(page) is { Success: true } result ? result.Groups[1].Value : page;
        }
        finally
        {
            await browser.StopAsync(new StopBudget(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        }
    }

    private const string Page =
        """
        <!doctype html><pre id="result"></pre><iframe name="sink"></iframe>
        <form id="form" method="post" target="sink" enctype="text/plain" action="http://SERVER/api/sessions"><input name='{"x":"' value='"}'></form>
        <script>
          const tell = (promise, late) => Promise.race([promise, new Promise(done => setTimeout(() => done(late), 8000))]);
          const open = source => new Promise(done => { source.onopen = () => done("open"); source.onerror = () => done("refused"); });
          (async () => {
            const server = "http://SERVER";
            const read = await tell(fetch(server + "/api/sessions").then(answer => answer.status, () => "refused"), "silent");
            const post = await tell(fetch(server + "/api/sessions", { method: "POST", mode: "no-cors", body: "{}" }).then(() => "sent", () => "refused"), "silent");
            document.getElementById("form").submit();
            const socket = await tell(open(new WebSocket("ws://SERVER/ws/6f1c0000-0000-4000-8000-00000000000b")), "silent");
            const events = await tell(open(new EventSource(server + "/api/status")), "silent");
            document.getElementById("result").textContent = `fetch=${read} post=${post} form=sent socket=${socket} events=${events}`;
          })();
        </script>
        """;

    [GeneratedRegex("<pre id=\"result\">([^<]+)</pre>")]
    private static partial Regex Result();
}
