using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Lists;

/// <summary>What is changed in one tab, and what another shows of it.</summary>
[Collection<PlainSystemTests>]
public sealed class ChangeTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private const float Soon = 1_000;
    private const float UndoTime = 6_000;

    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Title_ChangedInTheList_IsShownInAnotherTabWithinASecond()
    {
        var (session, page, tab) = await OpenTwoAsync();

        await page.RowOf(session.Id).FocusAsync();
        await page.Page.Keyboard.PressAsync("F2");
        await page.Page.Locator("input[data-rename]").FillAsync("Mended");
        await page.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(tab.RowOf(session.Id).Locator(".row-title")).ToHaveTextAsync("Mended", new() { Timeout = Soon });
        await Assertions.Expect(page.RowOf(session.Id).Locator(".row-title")).ToHaveTextAsync("Mended");
    }

    [Fact]
    public async Task Title_ChangedInTheSession_IsShownInAnotherTabWithinASecond()
    {
        var (session, page, tab) = await OpenTwoAsync();
        await page.RowOf(session.Id).ClickAsync();
        await page.IsLiveAsync();

        await page.Page.Locator("#session [data-action=rename]").ClickAsync();
        await page.Page.Locator("#session input[data-rename]").FillAsync("Mended here");
        await page.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(tab.RowOf(session.Id).Locator(".row-title")).ToHaveTextAsync("Mended here", new() { Timeout = Soon });
        await Assertions.Expect(page.Page.Locator("#session-title")).ToHaveTextAsync("Mended here");
    }

    [Fact]
    public async Task Title_LeftWithEscape_StaysAsItWas()
    {
        var (session, page, _) = await OpenTwoAsync();
        var title = await page.RowOf(session.Id).Locator(".row-title").InnerTextAsync();

        await page.RowOf(session.Id).FocusAsync();
        await page.Page.Keyboard.PressAsync("F2");
        await page.Page.Locator("input[data-rename]").FillAsync("Not this");
        await page.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(page.RowOf(session.Id).Locator(".row-title")).ToHaveTextAsync(title);
        await Assertions.Expect(page.RowOf(session.Id)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Deletion_TakenBack_LeavesEverything()
    {
        var (session, page, _) = await OpenTwoAsync();

        await page.RowOf(session.Id).FocusAsync();
        await page.Page.Keyboard.PressAsync("Delete");
        await page.Page.Locator("#toast [data-action=undo]").ClickAsync();

        await Assertions.Expect(page.Page.Locator("#toast")).ToBeHiddenAsync();
        await page.RowOf(session.Id).ClickAsync(); // it can be used again
        await Assertions.Expect(page.Answers).ToHaveTextAsync("Echo: something to keep");
        Assert.Single(Sidecar.TranscriptsOf(session));
    }

    [Fact]
    public async Task Deletion_NotTakenBack_IsSeenInAnotherTabWithinASecond()
    {
        var (session, page, tab) = await OpenTwoAsync();

        await page.RowOf(session.Id).FocusAsync();
        var deleted = page.Page.WaitForResponseAsync(
            response => response.Request.Method == "DELETE", new() { Timeout = UndoTime + 5_000 });
        await page.Page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(page.Page.Locator("#toast [data-action=undo]")).ToBeVisibleAsync();
        await Assertions.Expect(tab.RowOf(session.Id)).ToBeVisibleAsync(); // until it is final
        await deleted;

        await Assertions.Expect(tab.RowOf(session.Id)).ToHaveCountAsync(0, new() { Timeout = Soon });
        await Assertions.Expect(page.RowOf(session.Id)).ToHaveCountAsync(0);
        Assert.Empty(Sidecar.TranscriptsOf(session));
    }

    [Fact]
    public async Task Row_WithTheFocus_KeepsItWhenANewSessionComes()
    {
        var (session, page, _) = await OpenTwoAsync();
        await page.RowOf(session.Id).FocusAsync();

        var newer = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(newer);
        await client.RunTurnAsync("newer than all");
        await Assertions.Expect(page.RowOf(newer.Id)).ToBeVisibleAsync();

        await Assertions.Expect(page.RowOf(session.Id)).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("F2");
        await Assertions.Expect(page.RowOf(session.Id).Locator("input[data-rename]")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Row_ChosenAndGone_LetsKeysMeanNoOtherUntilOneIsChosen()
    {
        var other = await TalkAsync(Sidecar, "stays");

        var (session, page, _) = await OpenTwoAsync();
        await page.RowOf(session.Id).FocusAsync();

        Assert.True((await Sidecar.Http.DeleteAsync($"/api/sessions/{session.Id}")).IsSuccessStatusCode);
        await Assertions.Expect(page.RowOf(session.Id)).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("Delete");
        await page.Page.Keyboard.PressAsync("F2");

        await Assertions.Expect(page.Page.Locator("#toast")).ToBeHiddenAsync();
        await Assertions.Expect(page.Page.Locator("input[data-rename]")).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.List.Locator("a:focus, button:focus")).ToHaveCountAsync(1);
    }

    /// <summary>A session with a turn in it, and two tabs with the list.</summary>
    private async Task<(Session Session, UiPage Page, UiPage Tab)> OpenTwoAsync()
    {
        var session = await TalkAsync(Sidecar, "something to keep");

        var page = await OpenAsync(Sidecar);
        // Its agent still runs, so it stands in the group of what lives as well.
        await page.CollapseLiveAsync();
        var tab = await page.OpenTabAsync("/");
        await tab.CollapseLiveAsync();
        await Assertions.Expect(page.RowOf(session.Id)).ToBeVisibleAsync();
        await Assertions.Expect(tab.RowOf(session.Id)).ToBeVisibleAsync();
        return (session, page, tab);
    }
}
