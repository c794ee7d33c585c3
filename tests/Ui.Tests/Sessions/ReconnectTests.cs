using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>The session API is killed while a page is open.</summary>
public sealed partial class ReconnectTests(SharedBrowser browser) : UiTest(browser)
{
    private const int Pieces = 160;

    [Fact]
    public async Task Page_WhenTheServerIsKilledInATurn_ShowsEveryPieceOnceWithoutAReload()
    {
        var system = await StartAsync();
        var page = await OpenAsync(system, await system.CreateSessionAsync());
        page.ExpectLostConnections();
        await page.Page.EvaluateAsync("() => { window.isStillHere = true; }");
        await page.SendAsync($"@count piece 50 {Pieces}");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("piece#20 ");

        await KillServerAsync(system, page);
        await page.IsLiveAsync();
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync($"piece#{Pieces}");
        await page.TurnIsAsync("idle");

        Assert.True(await page.Page.EvaluateAsync<bool>("() => window.isStillHere === true"), "The page was loaded again.");
        Assert.Equal(Enumerable.Range(1, Pieces), await PiecesAsync(page));
        await Assertions.Expect(page.Questions).ToHaveCountAsync(1);
        await Assertions.Expect(page.Page.Locator("#connection")).ToHaveAttributeAsync("data-state", "online");
        await page.RunTurnAsync("and on", "Echo: and on");
    }

    [Fact]
    public async Task Message_SentWhileTheServerIsAway_RunsOnceWhenItIsBack()
    {
        var (system, session, page) = await OpenAfterATurnAsync();

        await KillServerAsync(system, page);
        await page.SendAsync("meanwhile");
        await page.IsLiveAsync();

        await Assertions.Expect(page.Answers.Last).ToHaveTextAsync("Echo: meanwhile");
        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Questions).ToContainTextAsync(["before", "meanwhile"]);
        Assert.Single(system.Agents.InputsOf(session), input => input.GetRawText().Contains("meanwhile", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_SentWhileTheServerIsAwayAndItsPageLeft_RunsOnceWhenItIsBack()
    {
        var (system, session, page) = await OpenAfterATurnAsync();

        await KillServerAsync(system, page);
        await page.SendAsync("meanwhile");
        await page.Page.Locator("#session a.back, .brand").First.ClickAsync();
        await Assertions.Expect(page.Page.Locator("#session")).ToHaveCountAsync(0);
        await WaitFor.True(
            () => system.Agents.InputsOf(session).Any(input => input.GetRawText().Contains("meanwhile", StringComparison.Ordinal)), TimeSpan.FromMilliseconds(UiPage.DeadlineMilliseconds), "the message");

        await page.RowOf(session.Id).First.ClickAsync();
        await Assertions.Expect(page.Answers.Last).ToHaveTextAsync("Echo: meanwhile");
        Assert.Single(system.Agents.InputsOf(session), input => input.GetRawText().Contains("meanwhile", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Message_SentWhileTheServerIsAwayAndItsPageLeft_IsShownAsWaitingWhenThePageIsOpenedAgain()
    {
        var (system, session, page) = await OpenAfterATurnAsync();

        await page.Page.Context.SetOfflineAsync(true);
        await KillServerAsync(system, page); // what is open is not cut by being offline
        await page.SendAsync("meanwhile");
        await page.Page.Locator("#session a.back, .brand").First.ClickAsync();
        await Assertions.Expect(page.Page.Locator("#session")).ToHaveCountAsync(0);
        await page.Page.GoBackAsync();

        await Assertions.Expect(page.Transcript.Locator(".sending")).ToHaveTextAsync("meanwhile");
        await Assertions.Expect(page.Composer).ToHaveValueAsync("");
        await page.Page.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.Answers.Last).ToHaveTextAsync("Echo: meanwhile");
        await Assertions.Expect(page.Transcript.Locator(".sending")).ToHaveCountAsync(0);
        Assert.Single(system.Agents.InputsOf(session), input => input.GetRawText().Contains("meanwhile", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Permission_AnsweredWhileTheServerIsAway_IsGivenWhenItIsBack()
    {
        var system = await StartAsync();
        var session = await system.CreateSessionAsync();
        var page = await OpenAsync(system, session);
        page.ExpectLostConnections();
        await page.SendAsync(Prompts.Write(session.File("a.txt"), "yes"));
        await Assertions.Expect(page.Permission).ToBeVisibleAsync();
        await page.Page.Context.SetOfflineAsync(true);
        await KillServerAsync(system, page);

        await page.Permission.Locator("[data-answer=allow]").ClickAsync();
        await Assertions.Expect(page.Page.Locator("#session .notice")).ToBeVisibleAsync();
        await page.Page.Context.SetOfflineAsync(false);

        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Permission).ToHaveCountAsync(0);
        Assert.Equal("yes", await File.ReadAllTextAsync(session.File("a.txt")));
        await Assertions.Expect(page.Page.Locator("#session .notice")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Conversation_FirstPageDidNotCome_IsAskedForAgain()
    {
        var system = await StartAsync();
        var session = await TalkAsync(system, "hello");

        var page = await OpenAsync(system);
        page.ExpectLostConnections();
        await page.Page.RouteAsync("**/messages?*", route => route.AbortAsync("connectionrefused"), new() { Times = 1 });
        await page.RowOf(session.Id).First.ClickAsync();

        await Assertions.Expect(page.Answers).ToHaveTextAsync("Echo: hello");
        await Assertions.Expect(page.Page.Locator("#session .notice")).ToBeHiddenAsync();
    }

    /// <summary>A page with a session of a system of its own, in which a turn has been run.</summary>
    private async Task<(SidecarSystem System, Session Session, UiPage Page)> OpenAfterATurnAsync()
    {
        var system = await StartAsync();
        var session = await system.CreateSessionAsync();
        var page = await OpenAsync(system, session);
        page.ExpectLostConnections();
        await page.RunTurnAsync("before", "Echo: before");
        return (system, session, page);
    }

    /// <summary>Kills the session API and waits until the page says so.</summary>
    private static async Task KillServerAsync(SidecarSystem system, UiPage page)
    {
        TestSignals.Kill(system.SessionApi);
        await Assertions.Expect(page.Page.Locator("#session-connection")).Not.ToHaveAttributeAsync("data-state", "live");
    }

    private static async Task<IEnumerable<int>> PiecesAsync(UiPage page) =>
        Piece().Matches(string.Join(' ', await page.Answers.AllTextContentsAsync())).Select(match => int.Parse(match.Groups[1].Value, null));

    [GeneratedRegex("piece#([0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
