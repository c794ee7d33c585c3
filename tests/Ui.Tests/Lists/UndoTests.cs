using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Lists;

/// <summary>Several sessions are deleted in a row, and taken back.</summary>
[Collection<PlainSystemTests>]
public sealed class UndoTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private const string First = "the first to go";
    private const string Second = "the second to go";

    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Deletions_InARow_CanEachBeTakenBack()
    {
        var page = await DeleteTwoAsync();
        var undo = Toast(page).Locator("[data-action=undo]");
        await Assertions.Expect(undo).ToHaveCountAsync(2);

        await undo.First.ClickAsync();
        await Assertions.Expect(Toast(page)).Not.ToContainTextAsync(First);
        await undo.ClickAsync();

        await AssertNothingGoesAsync(page);
    }

    [Fact]
    public async Task Deletions_InARow_AreTakenBackByKeyFromTheNewestOn()
    {
        var page = await DeleteTwoAsync();

        await page.Page.Keyboard.PressAsync("Control+z");
        await Assertions.Expect(Toast(page)).ToContainTextAsync(First);
        await Assertions.Expect(Toast(page)).Not.ToContainTextAsync(Second);
        await page.Page.Keyboard.PressAsync("Control+z");

        await AssertNothingGoesAsync(page);
    }

    private static ILocator Toast(UiPage page) => page.Page.Locator("#toast");

    private static async Task AssertNothingGoesAsync(UiPage page)
    {
        await Assertions.Expect(Toast(page)).ToBeHiddenAsync();
        await Assertions.Expect(page.List.Locator(".leaving")).ToHaveCountAsync(0);
    }

    /// <summary>A page in which two sessions have just been deleted.</summary>
    private async Task<UiPage> DeleteTwoAsync()
    {
        Session[] sessions = [await TalkAsync(Sidecar, First), await TalkAsync(Sidecar, Second)];
        var page = await OpenAsync(Sidecar);
        await page.CollapseLiveAsync(); // their agents still run
        foreach (var session in sessions)
        {
            await Assertions.Expect(page.RowOf(session.Id)).ToBeVisibleAsync();
        }

        foreach (var session in sessions)
        {
            await page.RowOf(session.Id).FocusAsync();
            await page.Page.Keyboard.PressAsync("Delete");
        }

        return page;
    }
}
