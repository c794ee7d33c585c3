using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>A person makes a session in a folder of their choice.</summary>
[Collection<PlainSystemTests>]
public sealed class NewSessionTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task NewSession_InAFolder_IsOpenedAndAnswers()
    {
        var page = await OpenAsync(Sidecar);
        await page.Page.Locator("#new-session").ClickAsync();
        await page.Page.Locator("#new-folder").FillAsync(Sidecar.Folder.CreateFolder("work", "chosen"));

        await page.Page.Locator("#create-session").ClickAsync();
        await page.IsLiveAsync();

        await page.RunTurnAsync("hello", "Echo: hello");
        var id = page.Page.Url.Split('/')[^1];
        await Assertions.Expect(page.RowOf(id).First).ToBeVisibleAsync();
        var listed = await Sidecar.GetAsync($"/api/sessions?ids={id}");
        Assert.EndsWith("/work/chosen", listed.GetProperty("sessions")[0].GetProperty("workDir").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dialog_WhatComesLater_MovesNoButton()
    {
        await TalkAsync(Sidecar, "there is a recent folder");
        var page = await OpenAsync(Sidecar);
        var held = new TaskCompletionSource();
        await page.Page.RouteAsync(url => url.Contains("/api/sessions/recent-projects", StringComparison.Ordinal) || url.Contains("/api/filesystem/browse", StringComparison.Ordinal), async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await page.Page.Locator("#new-session").ClickAsync();
        var before = await CreateButtonAsync(page);

        held.SetResult();
        await Assertions.Expect(page.Page.Locator("#recent-folders button").First).ToBeVisibleAsync();
        await page.Page.Locator("#new-folder").FillAsync(Sidecar.Folder.CreateFolder("work", "shown"));
        await Assertions.Expect(page.Page.Locator("#folders-here button").First).ToBeVisibleAsync();
        Assert.Equal(before, await CreateButtonAsync(page));

        page.ExpectLostConnections(); // the browser logs the answer
        await page.Page.Locator("#new-folder").FillAsync($"{Sidecar.Folder.Path}/missing");
        await Assertions.Expect(page.Page.Locator("#new-problem")).ToContainTextAsync("missing");
        Assert.Equal(before, await CreateButtonAsync(page));
    }

    [Fact]
    public async Task RecentFolder_FilledInBeforeTheFirstLetter_IsReplacedByWhatIsTyped()
    {
        await TalkAsync(Sidecar, "there is a recent folder");
        var page = await OpenAsync(Sidecar);
        var folder = page.Page.Locator("#new-folder");
        await page.Page.Locator("#new-session").ClickAsync();
        await Assertions.Expect(folder).Not.ToHaveValueAsync("");

        await page.Page.Keyboard.InsertTextAsync("/tmp");

        await Assertions.Expect(folder).ToHaveValueAsync("/tmp");
    }

    [Fact]
    public async Task Mode_ChosenBeforeTheUsualOneIsKnown_StaysChosen()
    {
        var page = await OpenAsync(Sidecar);
        var held = new TaskCompletionSource();
        await page.Page.RouteAsync("**/api/permissions/mode", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await page.Page.Locator("#new-session").ClickAsync();
        var answer = page.Page.WaitForResponseAsync("**/api/permissions/mode");

        await page.Page.Locator("#new-mode").SelectOptionAsync("plan");
        held.SetResult();
        await (await answer).FinishedAsync();

        await page.Page.EvaluateAsync("() => new Promise(requestAnimationFrame)"); // the page has had its turn
        await Assertions.Expect(page.Page.Locator("#new-mode")).ToHaveValueAsync("plan");
    }

    [Fact]
    public async Task Create_IsClickedTwice_MakesOneSession()
    {
        var page = await OpenAsync(Sidecar);
        var asked = 0;
        var held = new TaskCompletionSource();
        await page.Page.RouteAsync("**/api/sessions", async route =>
        {
            asked += route.Request.Method == "POST" ? 1 : 0;
            await held.Task;
            await route.ContinueAsync();
        });
        await page.Page.Locator("#new-session").ClickAsync();
        await page.Page.Locator("#new-folder").FillAsync(Sidecar.Folder.CreateFolder("work", "once"));

        await page.Page.Locator("#create-session").ClickAsync();
        await page.Page.Locator("#new-folder").PressAsync("Enter");
        await page.Page.Locator("#create-session").ClickAsync(new() { Force = true });
        held.SetResult();
        await page.IsLiveAsync();

        Assert.Equal(1, asked);
    }

    private static async Task<(float X, float Y)> CreateButtonAsync(UiPage page)
    {
        var box = await page.Page.Locator("#create-session").BoundingBoxAsync();
        return (box!.X, box.Y);
    }
}
