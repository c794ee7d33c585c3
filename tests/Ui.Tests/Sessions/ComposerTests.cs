using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>What is written and chosen below a conversation, and what becomes of it.</summary>
[Collection<PlainSystemTests>]
public sealed class ComposerTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Draft_OfASessionThatWasLeft_IsThereAgain()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        var address = page.Page.Url;
        await page.Composer.FillAsync("half a thought");

        await page.Page.Locator(".brand").ClickAsync();
        await Assertions.Expect(page.Page.Locator("#session")).ToHaveCountAsync(0);
        await page.Page.GoBackAsync();

        await Assertions.Expect(page.Page).ToHaveURLAsync(address);
        await Assertions.Expect(page.Composer).ToHaveValueAsync("half a thought");
    }

    [Fact]
    public async Task Mode_ChosenInATurn_IsMarkedUntilItCounts()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        await page.SendAsync("@slow 20 100");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("w5");

        await Mode(page).SelectOptionAsync("acceptEdits");
        await Assertions.Expect(Mode(page)).ToHaveAttributeAsync("data-pending", "");
        await page.TurnIsAsync("idle");

        await Assertions.Expect(Mode(page)).Not.ToHaveAttributeAsync("data-pending", "");
        await Assertions.Expect(Mode(page)).ToHaveValueAsync("acceptEdits");
    }

    [Fact]
    public async Task Mode_OfASessionThatWasFoundByItsText_IsShown()
    {
        var word = $"needle{Guid.NewGuid():n}";
        var session = await Sidecar.CreateSessionAsync();
        await using (var client = await Sidecar.ConnectAsync(session))
        {
            await client.RunTurnAsync($"first\n{word}");
            await client.SendAsync("set_permission_mode", ("mode", "plan"));
            await client.WaitForAsync("permission_mode_changed");
        }

        var page = await OpenAsync(Sidecar);
        await page.Search.FillAsync(word);
        await page.List.Locator("[data-hit]").First.ClickAsync();
        await page.IsLiveAsync();

        await Assertions.Expect(Mode(page)).ToHaveValueAsync("plan");
    }

    [Fact]
    public async Task Mode_ChosenWhileTheSessionIsStillBeingDescribed_StaysChosen()
    {
        var session = await TalkAsync(Sidecar, "hello");
        var page = await OpenAsync(Sidecar);
        var held = new TaskCompletionSource();
        await page.Page.RouteAsync(url => url.Contains($"/api/sessions?ids={session.Id}", StringComparison.Ordinal) && !url.Contains("limit", StringComparison.Ordinal), async route =>
        {
            var answer = await route.FetchAsync(); // as it was before the choice
            await held.Task;
            await route.FulfillAsync(new() { Response = answer });
        });
        var described = page.Page.WaitForRequestAsync(request => request.Url.EndsWith($"/api/sessions?ids={session.Id}", StringComparison.Ordinal));
        await page.RowOf(session.Id).First.ClickAsync();
        await page.IsLiveAsync();
        var request = await described;
        await page.SendAsync("@slow 20 1000");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("w5");

        await Mode(page).SelectOptionAsync("plan");
        held.SetResult();
        await (await request.ResponseAsync())!.FinishedAsync();
        await page.Page.EvaluateAsync("() => new Promise(requestAnimationFrame)"); // the page has had its turn
        Assert.Equal(("plan", ""), (await Mode(page).InputValueAsync(), await Mode(page).GetAttributeAsync("data-pending")));
        await page.Stop.ClickAsync();
        await page.TurnIsAsync("idle");

        await Assertions.Expect(Mode(page)).ToHaveValueAsync("plan");
    }

    [Fact]
    public async Task Message_WhileAFileIsBeingRead_WaitsForIt()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        await page.Page.EvaluateAsync(
            """
            () => {
                const read = FileReader.prototype.readAsDataURL;
                FileReader.prototype.readAsDataURL = function (file) { window.goOn = () => read.call(this, file); };
            }
            """);
        await page.Page.Locator("#files").SetInputFilesAsync(new FilePayload { Name = "slow.txt", MimeType = "text/plain", Buffer = "words"u8.ToArray() });

        await page.SendAsync("with a file");
        await Assertions.Expect(page.Page.Locator("#composer .problem")).ToBeVisibleAsync();
        await Assertions.Expect(page.Composer).ToHaveValueAsync("with a file");
        await page.Page.EvaluateAsync("() => window.goOn()");
        await Assertions.Expect(page.Page.Locator("#composer .chip")).ToContainTextAsync("slow.txt");
        await page.Composer.PressAsync("Enter");

        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Page.Locator("#composer .chip")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Questions).ToContainTextAsync(["slow.txt"]);
    }

    [Fact]
    public async Task Message_ForWhichNoAgentStarts_StaysAndNothingGoesOn()
    {
        var system = await StartAsync(("Sidecar__Agent__Command", "/nowhere/agent"));
        var page = await OpenAsync(system, await system.CreateSessionAsync());

        await page.SendAsync("to nobody");

        await Assertions.Expect(page.Transcript.Locator(".sending .problem")).ToBeVisibleAsync();
        await Assertions.Expect(page.Transcript.Locator(".sending")).ToContainTextAsync("to nobody");
        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Stop).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Turn_AfterOneWithASubagent_IsShownOnceWithItsQuestion()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        await page.SendAsync("@subagent\nfirst");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("first");
        await page.TurnIsAsync("idle");

        await page.RunTurnAsync("second", "Echo: second");
        await page.RunTurnAsync("third", "Echo: third");

        await Assertions.Expect(page.Transcript.Locator(".live .turn")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Transcript.Locator(".history > [data-role=user]")).ToContainTextAsync(["first", "second", "third"]);
        await Assertions.Expect(page.Transcript.Locator(".history > [data-role=user]")).ToHaveCountAsync(3);
        await Assertions.Expect(page.Transcript.Locator(".history .nested > *").First).ToBeAttachedAsync();
    }

    private static ILocator Mode(UiPage page) => page.Page.Locator("#mode");
}
