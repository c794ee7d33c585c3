using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Pages;

/// <summary>The health page while it gets no answers: what it shows is not taken for what is.</summary>
[Collection<PlainSystemTests>]
public sealed partial class OldFiguresTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private const string Limits = "**/api/status/limits";

    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Part_WhoseRequestFails_IsMarkedUntilItAnswersAgain()
    {
        var page = await OpenHealthAsync();
        await Assertions.Expect(Old(page)).ToHaveCountAsync(0);

        await page.Page.RouteAsync(Limits, route => route.AbortAsync());

        await Assertions.Expect(Old(page)).ToHaveCountAsync(1);
        await Assertions.Expect(Old(page).Locator("[data-limit]").First).ToBeVisibleAsync();
        await page.Page.UnrouteAsync(Limits);
        await Assertions.Expect(Old(page)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Figures_WhileTheServerHangs_AreSaidToBeOld()
    {
        var page = await OpenHealthAsync();

        await page.Page.RouteAsync("**/api/**", _ => Task.CompletedTask); // never answers

        await Assertions.Expect(page.Page.Locator("#system > [role=alert]")).ToBeVisibleAsync(); // long before the requests are given up
        await Assertions.Expect(Old(page).Locator("[data-limit]").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Part_WithAnAnswerThatCannotBeShown_IsAskedForAgain()
    {
        var page = await OpenHealthAsync();
        page.Expect(NotShown());
        var asked = 0;
        await page.Page.RouteAsync(Limits, async route =>
        {
            Interlocked.Increment(ref asked);
            await route.FulfillAsync(new() { ContentType = "application/json", Body = "{}" });
        });

        await WaitFor.True(() => Volatile.Read(ref asked) > 1, TimeSpan.FromSeconds(15), "a round after the one that failed");
        await Assertions.Expect(Old(page)).ToHaveCountAsync(1);

        await page.Page.UnrouteAsync(Limits);
        await Assertions.Expect(Old(page)).ToHaveCountAsync(0);
    }

    private static ILocator Old(UiPage page) => page.Page.Locator("#system section[data-stale]");

    private async Task<UiPage> OpenHealthAsync()
    {
        var page = await OpenAsync(Sidecar, "/system");
        page.ExpectLostConnections();
        await Assertions.Expect(page.Page.Locator("#system [data-limit]").First).ToBeVisibleAsync();
        return page;
    }

    [GeneratedRegex("is not iterable", RegexOptions.CultureInvariant)]
    private static partial Regex NotShown();
}
