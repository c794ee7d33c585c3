using Microsoft.Playwright;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Pages;

/// <summary>What somebody sees who has just installed it.</summary>
public sealed class FirstRunTests(SharedBrowser browser) : UiTest(browser)
{
    private const string Agent = "no-agent-of-this-name";

    [Fact]
    public async Task FirstRun_WithNothingThere_SaysWhereWasLookedAndHowToSetIt()
    {
        var system = await StartAsync(("Sidecar__Agent__Command", Agent));

        var page = await OpenAsync(system);

        var shown = page.Page.Locator("#first-run");
        await Assertions.Expect(shown.Locator("[data-missing=transcripts]")).ToContainTextAsync(system.Config);
        await Assertions.Expect(shown.Locator("[data-missing=transcripts]")).ToContainTextAsync("CLAUDE_CONFIG_DIR");
        await Assertions.Expect(shown.Locator("[data-missing=agent]")).ToContainTextAsync(Agent);
        await Assertions.Expect(shown.Locator("[data-missing=agent]")).ToContainTextAsync("/usr/bin");
        await Assertions.Expect(shown.Locator("[data-missing=agent]")).ToContainTextAsync("CLAUDE_CLI_PATH");
        await Assertions.Expect(shown).ToContainTextAsync("--demo");
    }

    [Fact]
    public async Task FirstRun_WithAnAgentButNoSessions_OffersTheFirstOne()
    {
        var system = await StartAsync();
        var page = await OpenAsync(system);
        var shown = page.Page.Locator("#first-run");
        await Assertions.Expect(shown.Locator("[data-missing=transcripts]")).ToBeVisibleAsync();
        await Assertions.Expect(shown.Locator("[data-missing=agent]")).ToHaveCountAsync(0);

        await page.Page.Keyboard.PressAsync("n");
        await page.Page.Locator("#new-folder").FillAsync(system.Folder.CreateFolder("work", "first"));
        await page.Page.Keyboard.PressAsync("Enter");

        await page.IsLiveAsync();
        await page.RunTurnAsync("hello", "Echo: hello");
        await page.Page.Locator(".brand").ClickAsync();
        await Assertions.Expect(shown).ToHaveCountAsync(0); // there is one now
    }
}
