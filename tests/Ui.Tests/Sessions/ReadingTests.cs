using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>Somebody reads above the end of a session while turns go on.</summary>
[Collection<PlainSystemTests>]
public sealed class ReadingTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    private const int TurnsOfMoreThanIsShown = 230;
    private const int CallsOfMoreThanAPage = 70;

    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Reader_ThroughATurnOfMoreMessagesThanAPage_KeepsTheirPlace()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        await client.SendAsync("set_permission_mode", ("mode", "acceptEdits"));
        for (var turn = 0; turn < 3; turn++)
        {
            await client.RunTurnAsync($"turn {turn}\n\n{string.Join("\n\n", Enumerable.Range(0, 40))}");
        }

        var page = await OpenAsync(Sidecar, session);
        await Assertions.Expect(page.Answers).ToHaveCountAsync(3);
        await page.Questions.Nth(1).EvaluateAsync("question => question.scrollIntoView()");
        await Assertions.Expect(ToEnd(page)).ToBeVisibleAsync();
        var before = await TopOfAsync(page.Questions.Nth(1));

        await client.RunTurnAsync(Prompts.Writes(Enumerable.Range(0, CallsOfMoreThanAPage).Select(call => session.File($"{call}.txt"))));
        await Assertions.Expect(page.Transcript.Locator(".history details.tool[data-state=done]")).ToHaveCountAsync(CallsOfMoreThanAPage);
        await page.TurnIsAsync("idle");

        Assert.Equal(before, await TopOfAsync(page.Questions.Nth(1)), 1.0);
        await ToEnd(page).ClickAsync();
        await Assertions.Expect(page.Answers.Last).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Reader_FarAboveTheEnd_SeesNoTurnOutOfPlaceAndComesBackToTheEnd()
    {
        var session = await Sidecar.CreateSessionAsync();
        await using var client = await Sidecar.ConnectAsync(session);
        for (var turn = 0; turn < TurnsOfMoreThanIsShown; turn++)
        {
            await client.RunTurnAsync($"turn {turn}.");
        }

        var page = await OpenAsync(Sidecar, session);
        while (await page.Transcript.Locator(".live").EvaluateAsync<bool>("live => !live.hidden"))
        {
            var first = await page.Questions.First.TextContentAsync();
            await page.Transcript.EvaluateAsync("transcript => { transcript.scrollTop = 0; }");
            await Assertions.Expect(page.Questions.First).Not.ToHaveTextAsync(first!);
        }

        await client.RunTurnAsync("the newest");
        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Questions.Filter(new() { HasText = "the newest" })).ToHaveCountAsync(0);
        await ToEnd(page).ClickAsync();

        await Assertions.Expect(page.Answers.Last).ToHaveTextAsync("Echo: the newest");
        await Assertions.Expect(page.Answers.Last).ToBeInViewportAsync();
        await Assertions.Expect(page.Questions.Nth(-2)).ToContainTextAsync($"turn {TurnsOfMoreThanIsShown - 1}.");
    }

    [Fact]
    public async Task Reader_OfASessionWithoutAnAgentWhenTheServerIsKilled_KeepsTheirPlaceAndIsToldOfNoLoss()
    {
        var system = await StartAsync();
        var session = await system.CreateSessionAsync();
        await using (var client = await system.ConnectAsync(session))
        {
            await client.RunTurnAsync($"long\n\n{string.Join("\n\n", Enumerable.Range(0, 100))}");
            TestSignals.Kill(await system.Agents.StartedAsync(session));
        }

        var page = await OpenAsync(system, session);
        page.ExpectLostConnections();
        await Assertions.Expect(page.Answers).ToHaveCountAsync(1);
        await page.Transcript.EvaluateAsync("transcript => { transcript.scrollTop = 200; }");
        await Assertions.Expect(ToEnd(page)).ToBeVisibleAsync();

        TestSignals.Kill(system.SessionApi);
        await Assertions.Expect(page.Page.Locator("#session-connection")).Not.ToHaveAttributeAsync("data-state", "live");
        await page.IsLiveAsync();
        await page.RunTurnElsewhereAsync(system, session, "after it");

        Assert.Equal(200, await page.Transcript.EvaluateAsync<double>("transcript => transcript.scrollTop"), 1.0);
        await Assertions.Expect(page.Page.Locator("#session .notice")).ToBeHiddenAsync();
        await Assertions.Expect(page.Transcript.Locator("[data-role=system]")).ToHaveCountAsync(0);
    }

    private static ILocator ToEnd(UiPage page) => page.Page.Locator("button.to-end");

    private static Task<double> TopOfAsync(ILocator element) => element.EvaluateAsync<double>("element => element.getBoundingClientRect().top");
}
