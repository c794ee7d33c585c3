using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Reaping;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Access;

/// <summary>A real browser opens a page that tries what a page can try.</summary>
public sealed class BrowserTests
{
    // A page is not told what became of what it only sends.
    private const string Refused = "fetch=refused post=sent form=sent socket=refused events=refused";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly Channel<string> _results = Channel.CreateBounded<string>(1);

    /// <summary>Fails when <c>OriginRules.Judge</c> lets every origin pass.</summary>
    [Fact]
    public async Task Page_OfAnotherOrigin_ReadsChangesAndStartsNothing()
    {
        SkipWithoutBrowser();
        await using var server = await AccessServer.StartAsync();
        await using var pages = await ServePageAsync(server.Address, _results.Writer);
        var port = new Uri(pages.Urls.First()).Port;

        var seen = await TryAsync($"http://evil.test:{port}/");
        await server.AssertUntouchedAsync();
        var rebound = await ShowAsync($"http://rebound.test:{server.Address.Port}/api/sessions");
        var own = await TryAsync($"http://localhost:{port}/"); // the same page where it is allowed: what it tries does work

        Assert.Equal(Refused, seen);
        Assert.Contains("may not be asked for", rebound, StringComparison.Ordinal);
        Assert.StartsWith("fetch=200 ", own, StringComparison.Ordinal);
        Assert.Contains("socket=open", own, StringComparison.Ordinal);
        Assert.DoesNotContain("\"total\":0", await server.Http.GetStringAsync("/api/sessions"), StringComparison.Ordinal);
    }

    /// <summary>Fails when <c>OriginRules.Judge</c> does not look at <c>LoopbackOrigins</c>.</summary>
    [Fact]
    public async Task Page_OfAnotherServerHereThatIsNotTrusted_ReadsChangesAndStartsNothing()
    {
        SkipWithoutBrowser();
        await using var server = await AccessServer.StartAsync(("Sidecar:Access:LoopbackOrigins", "false"));
        await using var pages = await ServePageAsync(server.Address, _results.Writer);
        var port = new Uri(pages.Urls.First()).Port;

        var sameSite = await TryAsync($"http://{server.Address.Host}:{port}/"); // same host, another port
        var crossSite = await TryAsync($"http://localhost:{port}/");

        Assert.Equal((Refused, Refused), (sameSite, crossSite));
        await server.AssertUntouchedAsync();
    }

    private static void SkipWithoutBrowser() => Assert.SkipUnless(BrowserProgram.IsThere(), BrowserProgram.IsMissing);

    /// <summary>Serves <see cref="Page"/> under every name, and takes what it finds out.</summary>
    private static async Task<WebApplication> ServePageAsync(Uri server, ChannelWriter<string> results)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                using var body = new StreamReader(context.Request.Body);
                await results.WriteAsync(await body.ReadToEndAsync());
                return;
            }

            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync(Page.Replace("SERVER", server.Authority, StringComparison.Ordinal));
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>Opens the page and waits for what it finds out.</summary>
    private async Task<string> TryAsync(string url)
    {
        using var profile = new TemporaryFolder();
        using var browser = await StartBrowserAsync(profile.Path, url, "--remote-debugging-port=0"); // so that it stays when the page is there
        return await UntilEndAsync(browser, deadline => _results.Reader.ReadAsync(deadline).AsTask());
    }

    /// <summary>The text of a page.</summary>
    private static async Task<string> ShowAsync(string url)
    {
        using var profile = new TemporaryFolder();
        using var browser = await StartBrowserAsync(profile.Path, url, "--dump-dom");
        return await UntilEndAsync(browser, deadline => new StreamReader(browser.Output).ReadToEndAsync(deadline));
    }

    private static Task<ContainedProcess> StartBrowserAsync(string profile, string url, string mode) => ContainedProcess.StartAsync(
        new ContainedProcessSpec
        {
            FileName = BrowserProgram.Path,
            Arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={profile}",
                "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP rebound.test 127.0.0.1", mode, url,
            ],
            WorkingDirectory = profile,
            Environment = new Dictionary<string, string?> { ["HOME"] = profile },
            Marker = ProcessOwner.Current().Marker("SIDECAR_TEST_BROWSER_RUN", Guid.NewGuid().ToString("n")),
        },
        TimeProvider.System,
        CancellationToken.None);

    private static async Task<string> UntilEndAsync(ContainedProcess browser, Func<CancellationToken, Task<string>> result)
    {
        using var deadline = new CancellationTokenSource(Deadline, TimeProvider.System);
        try
        {
            browser.Input.Close();
            _ = browser.Error.CopyToAsync(Stream.Null, deadline.Token);
            return await result(deadline.Token);
        }
        finally
        {
            await browser.StopAsync(new StopBudget(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        }
    }

    private const string Page =
        """
        <!doctype html><iframe name="sink"></iframe>
        <form id="form" method="post" target="sink" enctype="text/plain" action="http://SERVER/api/sessions"><input name='{"x":"' value='"}'></form>
        <script>
          const tell = (promise, late) => Promise.race([promise, new Promise(done => setTimeout(() => done(late), 10000))]);
          const open = source => new Promise(done => { source.onopen = () => done("open"); source.onerror = () => done("refused"); });
          (async () => {
            const server = "http://SERVER";
            const read = await tell(fetch(server + "/api/sessions").then(answer => answer.status, () => "refused"), "silent");
            const post = await tell(fetch(server + "/api/sessions", { method: "POST", mode: "no-cors", body: "{}" }).then(() => "sent", () => "refused"), "silent");
            document.getElementById("form").submit();
            const socket = await tell(open(new WebSocket("ws://SERVER/ws/6f1c0000-0000-4000-8000-00000000000b")), "silent");
            const events = await tell(open(new EventSource(server + "/api/status")), "silent");
            await fetch("/", { method: "POST", body: `fetch=${read} post=${post} form=sent socket=${socket} events=${events}` });
          })();
        </script>
        """;
}
