using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Pages;

/// <summary>The pages on a telephone of 360 pixels.</summary>
[Collection<PlainSystemTests>]
public sealed class NarrowTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private const int Width = 360;

    private static readonly string LongWord = new('w', 300);

    // What reaches beyond the right edge, unless it lies in something that scrolls by itself.
    private const string Overflow =
        """
        () => {
            const wide = element => element.getBoundingClientRect().right > innerWidth + 1;
            const scrolls = element => element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
            const found = [...document.body.querySelectorAll("*")].filter(element => wide(element) && !scrolls(element.parentElement))
                .map(element => `${element.tagName}#${element.id}.${element.className}`);
            if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
            return found.slice(0, 10);
        }
        """;

    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Pages_OnANarrowScreen_DoNotReachBeyondIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await OpenAsync(Sidecar, session, Narrow);
        await page.RunTurnAsync($"{LongWord} `{LongWord}`\n\n| {LongWord} | b |\n|---|---|\n| a | {LongWord} |\n\n```\n{LongWord}\n```", LongWord);
        await page.SendAsync(Prompts.Write(session.File($"{LongWord[..200]}.txt"), $"{LongWord}\n{LongWord}"));
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await AssertFitsAsync(page);
        await page.Page.EvaluateAsync("() => document.querySelectorAll('#transcript details').forEach(part => { part.open = true; })");
        await AssertFitsAsync(page);
        await page.Permission.Locator("[data-answer=deny]").ClickAsync();
        await page.TurnIsAsync("idle");

        await page.Page.GotoAsync("/");
        await page.IsReadyAsync();
        await Assertions.Expect(page.List).ToBeVisibleAsync();
        await AssertFitsAsync(page);
        await page.Search.FillAsync(LongWord[..20]);
        await Assertions.Expect(page.List.Locator("[data-hit]").First).ToBeVisibleAsync();
        await AssertFitsAsync(page);
        await page.Page.GotoAsync("/system");
        await Assertions.Expect(page.Page.Locator("#system [data-limit]").First).ToBeAttachedAsync();
        await AssertFitsAsync(page);
    }

    [Fact]
    public async Task ListAndSession_OnANarrowScreen_AreShownOneAtATime()
    {
        var session = await TalkAsync(Sidecar, "hello");

        var page = await OpenAsync(Sidecar, "/", Narrow);
        await page.RowOf(session.Id).First.ClickAsync();

        await Assertions.Expect(page.Answers).ToHaveTextAsync("Echo: hello");
        await Assertions.Expect(page.List).ToBeHiddenAsync();
        await page.Page.GoBackAsync();
        await Assertions.Expect(page.List).ToBeVisibleAsync();
        await Assertions.Expect(page.Transcript).ToBeHiddenAsync();
    }

    private static void Narrow(BrowserNewContextOptions options)
    {
        options.ViewportSize = new ViewportSize { Width = Width, Height = 740 };
        options.HasTouch = true;
    }

    private static async Task AssertFitsAsync(UiPage page) => Assert.Empty(await page.Page.EvaluateAsync<string[]>(Overflow));
}
