using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Pages;

/// <summary>The demonstration: what somebody sees who tries it, and the pictures that the README shows of it.</summary>
public sealed class DemoTests(SharedBrowser browser) : UiTest(browser)
{
    /// <summary>With 1 the pictures are written where they belong.</summary>
    private const string Variable = "SIDECAR_TEST_SCREENSHOTS";

    private const int MostBytes = 150_000;

    [Fact]
    public async Task Demo_ByHand_HasSessionsAndAnAgentThatAsks()
    {
        Assert.SkipUnless(AppHostProgram.IsBuilt, "The scripted agent is not among the published programs.");
        var page = await OpenAsync(await StartDemoAsync());
        await Assertions.Expect(page.Page.Locator("#demo")).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator("#first-run")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Rows.First).ToBeVisibleAsync();

        await page.Rows.First.ClickAsync();
        await page.IsLiveAsync();
        await page.SendAsync("Please write a note.");
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await page.Page.Locator("[data-answer=allow]").ClickAsync();

        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("sidecar-demo.md");
    }

    [Fact]
    public async Task Demo_ListSessionPermissionAndHealth_AreTakenAsPicturesOnBothGrounds()
    {
        Assert.SkipUnless(AppHostProgram.IsBuilt, "The scripted agent is not among the published programs.");
        using var elsewhere = new TemporaryFolder();
        var folder = Environment.GetEnvironmentVariable(Variable) == "1"
            ? Directory.CreateDirectory(Path.Combine(TestPrograms.Root, "docs", "images")).FullName
            : elsewhere.Path;
        var page = await OpenAsync(await StartDemoAsync(), "/", options => options.DeviceScaleFactor = 1);
        await Assertions.Expect(page.Page.Locator("#demo")).ToBeVisibleAsync();

        await OpenSessionAsync(page, "Round order totals to cents");
        await page.Transcript.Locator("details.tool[data-tool-name=Edit]").Last.EvaluateAsync("tool => { tool.open = true; tool.scrollIntoView({ block: 'center' }); }");
        await TakeAsync(page, folder, "session");

        // From here on one agent writes for a minute, and one waits for an answer.
        await OpenSessionAsync(page, "Make order creation idempotent");
        await page.SendAsync("A long answer, please.");
        await page.TurnIsAsync("running");
        await OpenSessionAsync(page, "Reject orders with a negative count");
        await page.SendAsync("Please edit the note.");
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await Assertions.Expect(Mark(page, "waiting")).ToBeVisibleAsync();
        await Assertions.Expect(Mark(page, "running")).ToBeVisibleAsync();
        await TakeAsync(page, folder, "permission");

        await page.Page.GotoAsync("/system");
        await Assertions.Expect(page.Page.Locator("#system [data-agent]")).ToHaveCountAsync(2);
        await TakeAsync(page, folder, "health");

        await page.Page.GotoAsync("/");
        await page.IsReadyAsync();
        await Assertions.Expect(page.Page.Locator("#demo")).ToBeVisibleAsync();
        await Assertions.Expect(Mark(page, "waiting")).ToBeVisibleAsync();
        await Assertions.Expect(Mark(page, "running")).ToBeVisibleAsync();
        await TakeAsync(page, folder, "list");

        var taken = new DirectoryInfo(folder).GetFiles("*.png");
        Assert.Equal(8, taken.Length);
        Assert.All(taken, picture => Assert.InRange(picture.Length, 10_000, MostBytes));
    }

    private static async Task OpenSessionAsync(UiPage page, string title)
    {
        await page.Rows.Filter(new() { HasText = title }).First.ClickAsync();
        await Assertions.Expect(page.Page.Locator("#session-title")).ToHaveTextAsync(title);
        await page.IsLiveAsync();
    }

    /// <summary>The sign at a session that lives, in the group of those.</summary>
    private static ILocator Mark(UiPage page, string state) => page.List.Locator($"[data-mark={state}]").First;

    private static async Task TakeAsync(UiPage page, string folder, string name)
    {
        await page.List.EvaluateAsync("list => { list.scrollTop = 0; }");
        await page.Page.Mouse.MoveAsync(0, 0); // over nothing
        foreach (var (scheme, suffix) in ((ColorScheme, string)[])[(ColorScheme.Light, "light"), (ColorScheme.Dark, "dark")])
        {
            await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var picture = await page.Page.ScreenshotAsync(new()
            {
                Animations = ScreenshotAnimations.Disabled,
                Caret = ScreenshotCaret.Hide,
                Scale = ScreenshotScale.Css,
            });
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}-{suffix}.png"), SmallPicture.Of(picture));
        }
    }
}
