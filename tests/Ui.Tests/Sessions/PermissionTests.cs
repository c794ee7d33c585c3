using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>The agent asks whether it may, and a person answers.</summary>
[Collection<PlainSystemTests>]
public sealed class PermissionTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Permission_Allowed_LetsTheToolRunOnce()
    {
        var (session, page) = await AskAsync();

        await Answer(page, "allow").ClickAsync();
        await page.TurnIsAsync("idle");

        Assert.Equal("yes", await File.ReadAllTextAsync(session.File("a.txt")));
        await Assertions.Expect(page.Transcript.Locator("details.tool[data-tool-name=Write]")).ToHaveAttributeAsync("data-state", "done");
        await Assertions.Expect(page.Transcript.Locator(".tool-about")).ToHaveTextAsync("a.txt +1 −0"); // without the folder of the session
        await Assertions.Expect(page.Permission).ToHaveCountAsync(0);
        await page.SendAsync(Prompts.Write(session.File("b.txt"), "yes")); // it asks again
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await Answer(page, "deny").ClickAsync();
        await page.TurnIsAsync("idle");
    }

    [Fact]
    public async Task Permission_AllowedForTheSession_IsNotAskedForAgain()
    {
        var (session, page) = await AskAsync();

        await Answer(page, "allow-session").ClickAsync();
        await page.TurnIsAsync("idle");
        await page.SendAsync(Prompts.Write(session.File("b.txt"), "again"));
        await Assertions.Expect(page.Transcript.Locator("details.tool[data-tool-name=Write][data-state=done]")).ToHaveCountAsync(2);
        await page.TurnIsAsync("idle");

        Assert.Equal("again", await File.ReadAllTextAsync(session.File("b.txt")));
        Assert.Single(Sidecar.Agents.DecisionsOf(session));
    }

    [Fact]
    public async Task Permission_DeniedWithAReason_TellsTheAgent()
    {
        var (session, page) = await AskAsync();

        await page.Permission.Locator("input.deny-reason").FillAsync("not in this folder");
        await Answer(page, "deny").ClickAsync();
        await page.TurnIsAsync("idle");

        Assert.False(File.Exists(session.File("a.txt")));
        var decision = Assert.Single(Sidecar.Agents.DecisionsOf(session));
        Assert.Equal("deny", decision.GetProperty("behavior").GetString());
        Assert.Contains("not in this folder", decision.GetProperty("message").GetString(), StringComparison.Ordinal);
        await Assertions.Expect(page.Transcript.Locator("details.tool[data-tool-name=Write]")).ToHaveAttributeAsync("data-state", "failed");
    }

    [Fact]
    public async Task Permission_AnsweredInAnotherTab_IsGoneInBoth()
    {
        var (session, page) = await AskAsync();
        var tab = await page.OpenTabAsync($"/sessions/{session.Id}");
        await Assertions.Expect(tab.Permission).ToBeVisibleAsync();

        await Answer(tab, "allow").ClickAsync();

        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Permission).ToHaveCountAsync(0);
        await Assertions.Expect(tab.Permission).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("a", true, 1)]
    [InlineData("s", true, 1)]
    [InlineData("d", false, 1)]
    public async Task Permission_ByOneKey_IsAnswered(string key, bool isWritten, int decisions)
    {
        var (session, page) = await AskAsync();
        await page.Composer.PressSequentiallyAsync(key); // text, as long as somebody writes
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await page.Composer.FillAsync("");
        await page.Composer.EvaluateAsync("field => field.blur()");

        await page.Page.Keyboard.PressAsync(key);
        await page.TurnIsAsync("idle");

        Assert.Equal((isWritten, decisions), (File.Exists(session.File("a.txt")), Sidecar.Agents.DecisionsOf(session).Count));
    }

    [Fact]
    public async Task Permission_OfASessionThatIsNotOpen_MarksItsRow()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await OpenAsync(Sidecar);
        await using var other = await Sidecar.ConnectAsync(session);

        await other.SendUserAsync(Prompts.Write(session.File("a.txt"), "yes"));

        await Assertions.Expect(page.RowOf(session.Id).First).ToHaveAttributeAsync("data-mark", "waiting");
        await other.AnswerAsync(await other.WaitForAsync("permission_request"), allowed: true);
        await other.WaitForAsync("message_complete");
        await Assertions.Expect(page.List.Locator("[data-mark=waiting]")).ToHaveCountAsync(0);
    }

    private static ILocator Answer(UiPage page, string answer) => page.Permission.Locator($"[data-answer={answer}]");

    private async Task<(Session Session, UiPage Page)> AskAsync()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await OpenAsync(Sidecar, session);
        await page.SendAsync(Prompts.Write(session.File("a.txt"), "yes"));
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await page.TurnIsAsync("waiting");
        return (session, page);
    }
}
