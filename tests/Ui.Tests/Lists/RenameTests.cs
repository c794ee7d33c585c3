using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Lists;

/// <summary>Where the focus is when a title has been changed in the list.</summary>
[Collection<PlainSystemTests>]
public sealed class RenameTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Title_LeftForTheSearch_IsKeptAndTheSearchHasTheFocus()
    {
        var (session, page) = await WriteTitleAsync("Left alone");

        await page.Search.ClickAsync();

        await Assertions.Expect(page.RowOf(session.Id).Locator(".row-title")).ToHaveTextAsync("Left alone");
        await Assertions.Expect(page.Search).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Title_ThatTheServerRefuses_IsTakenBackAndTheFocusStays()
    {
        var (session, page) = await WriteTitleAsync("Refused");
        page.ExpectLostConnections(); // the browser logs the answer
        var refusal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.Page.RouteAsync($"**/api/sessions/{session.Id}", async route =>
        {
            await refusal.Task;
            await route.FulfillAsync(new() { Status = 500, ContentType = "application/json", Body = "{}" });
        });

        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.RowOf(session.Id)).ToBeFocusedAsync();
        await page.Search.FocusAsync();
        refusal.SetResult();

        await Assertions.Expect(page.Page.Locator("#toast")).ToBeVisibleAsync();
        await Assertions.Expect(page.Search).ToBeFocusedAsync();
        await Assertions.Expect(page.RowOf(session.Id).Locator(".row-title")).ToHaveTextAsync("something to call");
    }

    /// <summary>A page in which a new title is written, and not yet kept.</summary>
    private async Task<(Session Session, UiPage Page)> WriteTitleAsync(string title)
    {
        var session = await TalkAsync(Sidecar, "something to call");

        var page = await OpenAsync(Sidecar);
        await page.CollapseLiveAsync(); // its agent still runs
        await Assertions.Expect(page.RowOf(session.Id)).ToBeVisibleAsync();
        await page.RowOf(session.Id).FocusAsync();
        await page.Page.Keyboard.PressAsync("F2");
        await page.Page.Locator("input[data-rename]").FillAsync(title);
        return (session, page);
    }
}
