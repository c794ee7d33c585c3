using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Pages;

/// <summary>axe-core finds nothing in the pages that would keep somebody from using them.</summary>
[Collection<PlainSystemTests>]
public sealed class AccessibilityTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private SidecarSystem Sidecar => plain.System;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Pages_OfAUsedSystem_HaveNoSeriousViolation(ColorScheme scheme)
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await OpenAsync(Sidecar, session, options => Look(options, scheme));
        await page.RunTurnAsync("# Title\n\n[link](https://example.com) `code`\n\n```js\n// comment\nconst a = \"b\";\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |", "comment");
        await page.SendAsync(Prompts.FailingCommand("cat nothing"));
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await page.Permission.Locator("[data-answer=allow]").ClickAsync();
        await page.TurnIsAsync("idle");
        await page.SendAsync(Prompts.Write(session.File("a.txt"), "yes"));
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await page.Page.EvaluateAsync("() => document.querySelectorAll('#transcript details').forEach(part => { part.open = true; })");
        await AssertUsableAsync(page, "session");
        await page.Permission.Locator("[data-answer=deny]").ClickAsync();
        await page.TurnIsAsync("idle");

        await page.Page.GotoAsync("/");
        await page.IsReadyAsync();
        await Assertions.Expect(page.Rows.First).ToBeVisibleAsync();
        await AssertUsableAsync(page, "list");
        await page.Search.FillAsync("comment");
        await Assertions.Expect(page.List.Locator("[data-hit] mark").First).ToBeVisibleAsync();
        await AssertUsableAsync(page, "search");
        await page.Search.PressAsync("Escape");
        await page.Page.Locator("#new-session").ClickAsync();
        await Assertions.Expect(page.Page.Locator("#new-folder")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "new session");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(page.Page.Locator("dialog#keys")).ToBeVisibleAsync();
        await AssertUsableAsync(page, "keys");
        await page.Page.GotoAsync("/system");
        await Assertions.Expect(page.Page.Locator("#system [data-limit]").First).ToBeVisibleAsync();
        await AssertUsableAsync(page, "health");
    }

    [Fact]
    public async Task FirstRun_HasNoSeriousViolation()
    {
        var system = await StartAsync(("Sidecar__Agent__Command", "no-agent-of-this-name"));
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            var page = await OpenAsync(system, "/", options => Look(options, scheme));
            await Assertions.Expect(page.Page.Locator("#first-run [data-missing=agent]")).ToBeVisibleAsync();
            await AssertUsableAsync(page, $"first run, {scheme}");
        }
    }

    // axe is a script that is put into the page, which the page's policy does not allow.
    private static void Look(BrowserNewContextOptions options, ColorScheme scheme)
    {
        options.ColorScheme = scheme;
        options.BypassCSP = true;
    }

    private static async Task AssertUsableAsync(UiPage page, string name)
    {
        var result = await page.Page.RunAxe();
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical").Select(Describe).ToList();
        Assert.True(serious.Count == 0, $"{name}:\n{string.Join('\n', serious)}");
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Impact} {violation.Id}: {violation.Help}\n  {string.Join("\n  ", violation.Nodes.Take(5).Select(node => $"{node.Html} – {string.Join("; ", node.Any.Concat(node.All).Select(check => check.Message))}"))}";
}
