using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>Two questions are open at once: what answers the one does not answer the other.</summary>
[Collection<PlainSystemTests>]
public sealed class PermissionQueueTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task DoubleClick_ThatHitsTheNextQuestion_DoesNotAnswerIt()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await AskTwiceAsync(session);
        await Answer(page, "allow").ClickAsync();
        await Assertions.Expect(page.Permission).ToHaveCountAsync(1);

        await Answer(page, "allow").HoverAsync();
        await page.Page.Mouse.DownAsync(new() { ClickCount = 2 });
        await page.Page.Mouse.UpAsync(new() { ClickCount = 2 });
        await Answer(page, "deny").ClickAsync();
        await page.TurnIsAsync("idle");

        Assert.Equal(["allow", "deny"], DecisionsOf(session));
    }

    [Fact]
    public async Task Key_HeldDown_AnswersOneQuestion()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await AskTwiceAsync(session);
        await page.Composer.EvaluateAsync("field => field.blur()");

        await page.Page.Keyboard.DownAsync("a");
        await Assertions.Expect(page.Permission).ToHaveCountAsync(1);
        await page.Page.Keyboard.DownAsync("a"); // it repeats
        await page.Page.Keyboard.UpAsync("a");
        await page.Page.Keyboard.PressAsync("d");
        await page.TurnIsAsync("idle");

        Assert.Equal(["allow", "deny"], DecisionsOf(session));
    }

    [Fact]
    public async Task Question_AnsweredElsewhereWhileAReasonIsWritten_LetsTheNextLetterAnswerNoOther()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var other = await Sidecar.ConnectAsync(session);
        var page = await AskTwiceAsync(session);
        var asked = await other.WaitForAsync("permission_request");
        await page.Page.Locator($".permission[data-request-id='{asked.Text("requestId")}'] input.deny-reason").FocusAsync();

        await other.AnswerAsync(asked, allowed: true);
        await Assertions.Expect(page.Permission).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("d");

        await Assertions.Expect(page.Composer).ToBeFocusedAsync();
        await Assertions.Expect(page.Composer).ToHaveValueAsync("d");
        await Answer(page, "allow").ClickAsync();
        await page.TurnIsAsync("idle");
        Assert.Equal(["allow", "allow"], DecisionsOf(session));
    }

    [Fact]
    public async Task Question_AnsweredByAClick_LeavesTheFocusAtTheMessage()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await AskTwiceAsync(session);

        await Answer(page, "allow").ClickAsync();
        await Assertions.Expect(page.Permission).ToHaveCountAsync(1);

        await Assertions.Expect(page.Composer).ToBeFocusedAsync();
        await Answer(page, "allow").ClickAsync();
        await page.TurnIsAsync("idle");
    }

    /// <summary>An answer to the first question.</summary>
    private static ILocator Answer(UiPage page, string answer) => page.Permission.First.Locator($"[data-answer={answer}]");

    private IEnumerable<string?> DecisionsOf(Session session) =>
        Sidecar.Agents.DecisionsOf(session).Select(decision => decision.GetProperty("behavior").GetString());

    private async Task<UiPage> AskTwiceAsync(Session session)
    {
        var page = await OpenAsync(Sidecar, session);
        await page.SendAsync(Prompts.Writes([session.File("a.txt"), session.File("b.txt")]));
        await Assertions.Expect(page.Permission).ToHaveCountAsync(2);
        await page.TurnIsAsync("waiting");
        return page;
    }
}
