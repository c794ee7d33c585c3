using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Pages;

/// <summary>A page is opened while what it is made of has not come, or does not come.</summary>
[Collection<PlainSystemTests>]
public sealed partial class OpeningTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private const string Module = "**/js/session/page.js";

    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Session_ClickedTwiceWhileItsModuleIsFetched_IsOpenedOnce()
    {
        var (session, page) = await OpenListAsync();
        var sockets = 0;
        page.Page.WebSocket += (_, socket) =>
        {
            if (new Uri(socket.Url).AbsolutePath == $"/ws/{session.Id}")
            {
                Interlocked.Increment(ref sockets);
            }
        };
        var fetch = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.Page.RouteAsync(Module, async route =>
        {
            await fetch.Task;
            await route.ContinueAsync();
        });
        await page.Page.ReloadAsync();
        await page.IsReadyAsync();

        await page.RowOf(session.Id).First.DblClickAsync();
        fetch.SetResult();
        await page.IsLiveAsync();

        await Assertions.Expect(page.Answers).ToHaveTextAsync("Echo: hello");
        Assert.Equal(1, Volatile.Read(ref sockets));
    }

    [Fact]
    public async Task Session_WhoseModuleCannotBeFetched_OffersToTryAgain()
    {
        var (session, page) = await OpenListAsync();
        page.ExpectLostConnections();
        page.Expect(NotFetched());
        await page.Page.RouteAsync(Module, route => route.AbortAsync());
        await page.Page.ReloadAsync();
        await page.IsReadyAsync();

        await page.RowOf(session.Id).First.ClickAsync();
        var again = page.Page.Locator("#not-opened button");
        await Assertions.Expect(again).ToBeVisibleAsync();
        await page.Page.UnrouteAsync(Module);
        await again.ClickAsync();

        await Assertions.Expect(page.Answers).ToHaveTextAsync("Echo: hello");
    }

    [Fact]
    public async Task Token_LeftWithEscape_IsAskedForAgain()
    {
        var page = await OpenAsync(Sidecar, "/system");
        page.ExpectLostConnections(); // the browser logs the answers
        await page.Page.RouteAsync(
            "**/api/status/limits",
            route => route.FulfillAsync(new() { Status = 401, ContentType = "application/json", Body = "{}" }));
        var dialog = page.Page.Locator("#token-dialog");
        await Assertions.Expect(dialog).ToBeVisibleAsync();
        await dialog.EvaluateAsync("dialog => { dialog.className = 'first'; }");

        await page.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(page.Page.Locator("#token-dialog:not(.first)")).ToBeVisibleAsync();
    }

    private async Task<(Session Session, UiPage Page)> OpenListAsync()
    {
        var session = await TalkAsync(Sidecar, "hello");

        return (session, await OpenAsync(Sidecar));
    }

    [GeneratedRegex("dynamically imported module", RegexOptions.CultureInvariant)]
    private static partial Regex NotFetched();
}
