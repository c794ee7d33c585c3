using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.BrowserSupport;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.Ui.Harness;

/// <summary>
/// A page of the web UI, by what a test does with it and reads from it. All waits have a deadline. Its disposal fails when the page logged an error, threw,
/// or tried something against its content security policy that the test did not expect.
/// </summary>
public sealed partial class UiPage : IAsyncDisposable
{
    /// <summary>For a machine that has much else to do: nothing waits that long on one that is its own.</summary>
    internal const int DeadlineMilliseconds = 45_000;

    private readonly IBrowserContext _context;
    private readonly PageProblems _problems;

    private UiPage(IBrowserContext context, IPage page, PageProblems problems)
    {
        (_context, Page, _problems) = (context, page, problems);
        Diary = new PageDiary(page);
    }

    public IPage Page { get; }

    internal PageDiary Diary { get; }

    public ILocator List => Page.Locator("#sessions");

    public ILocator Rows => List.Locator("a[data-session-id]");

    public ILocator Search => Page.Locator("#search");

    public ILocator Transcript => Page.Locator("#transcript");

    public ILocator Answers => Transcript.Locator("[data-role=assistant] .prose");

    public ILocator Questions => Transcript.Locator("[data-role=user]");

    public ILocator Composer => Page.Locator("#message");

    public ILocator Stop => Page.Locator("#stop");

    public ILocator Permission => Page.Locator(".permission[data-request-id]");

    /// <summary>Opens a page in a context of its own and waits until the list is there.</summary>
    public static async Task<UiPage> OpenAsync(IBrowser browser, SidecarSystem system, string path, Action<BrowserNewContextOptions>? options)
    {
        var given = new BrowserNewContextOptions
        {
            BaseURL = $"http://127.0.0.1:{system.Port}",
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            Locale = "en-US",
            ReducedMotion = ReducedMotion.Reduce, // what moves cannot be clicked or compared
        };
        options?.Invoke(given);
        var context = await browser.NewContextAsync(given);
        context.SetDefaultTimeout(DeadlineMilliseconds);
        var problems = await PageProblems.WatchAsync(context);
        var page = new UiPage(context, await context.NewPageAsync(), problems);
        try
        {
            await page.Page.GotoAsync(path);
            await page.IsReadyAsync();
            return page;
        }
        catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
        {
            await context.CloseAsync();
            throw new InvalidOperationException($"{exception.Message}\nThe page's problems:\n{string.Join('\n', problems.Unexpected)}\nThe system's output:\n{system.Output}", exception);
        }
    }

    /// <summary>A second tab: it shares all that the browser keeps, but is another page.</summary>
    public async Task<UiPage> OpenTabAsync(string path)
    {
        var tab = new UiPage(_context, await _context.NewPageAsync(), _problems);
        await tab.Page.GotoAsync(path);
        await tab.IsReadyAsync();
        return tab;
    }

    /// <summary>What is logged because the server is away, while a test has taken it away.</summary>
    public void ExpectLostConnections() => _problems.Expect(LostConnection());

    /// <summary>Problems that contain what fits are part of the test.</summary>
    public void Expect(Regex fits) => _problems.Expect(fits);

    /// <summary>Waits until the list has been shown.</summary>
    public Task IsReadyAsync() => Page.Locator("html[data-ready=true]").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

    /// <summary>Waits until the open session's connection lives.</summary>
    public Task IsLiveAsync() => Assertions.Expect(Page.Locator("#session-connection")).ToHaveAttributeAsync("data-state", "live");

    public ILocator RowOf(string sessionId) => List.Locator($"[data-session-id='{sessionId}']:not([data-hit])");

    /// <summary>Closes the group of what lives, so that each session has one row; waits until the group is there.</summary>
    public async Task CollapseLiveAsync()
    {
        var group = List.Locator("button.group[data-project=live]");
        await group.ClickAsync();
        await Assertions.Expect(group).ToHaveAttributeAsync("aria-expanded", "false");
    }

    /// <summary>Waits for a state of the turn.</summary>
    public Task TurnIsAsync(string state, float deadline = DeadlineMilliseconds) =>
        Assertions.Expect(Page.Locator("#turn")).ToHaveAttributeAsync("data-state", state, new LocatorAssertionsToHaveAttributeOptions { Timeout = deadline });

    /// <summary>Writes a message as a person does, and sends it.</summary>
    public async Task SendAsync(string message)
    {
        await Composer.FillAsync(message);
        await Composer.PressAsync("Enter");
    }

    /// <summary>Sends a message and waits for the end of its turn.</summary>
    public async Task RunTurnAsync(string message, string lastOfAnswer)
    {
        await SendAsync(message);
        await Assertions.Expect(Answers.Last).ToContainTextAsync(lastOfAnswer);
        await TurnIsAsync("idle");
    }

    /// <summary>Another client runs a turn in the session that is open; waits until the page has seen its end.</summary>
    public async Task RunTurnElsewhereAsync(SidecarSystem system, Session session, string message)
    {
        await using var client = await system.ConnectAsync(session);
        await client.RunTurnAsync(message);
        await Assertions.Expect(Questions.Filter(new() { HasText = message })).ToHaveCountAsync(1);
        await TurnIsAsync("idle");
    }

    /// <summary>How many elements there are in the page.</summary>
    public Task<int> ElementsAsync() => Page.EvaluateAsync<int>("() => document.querySelectorAll('*').length");

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        var unexpected = _problems.Unexpected;
        Assert.True(unexpected.Count == 0, $"The page had problems:\n{string.Join('\n', unexpected)}");
    }

    [GeneratedRegex("net::ERR_|WebSocket connection to|Failed to load resource", RegexOptions.CultureInvariant)]
    private static partial Regex LostConnection();
}
