using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sidecar.Tests.AppHost.Harness;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>A person writes, reads along, and stops.</summary>
[Collection<PlainSystemTests>]
public sealed class TurnTests(SharedBrowser browser, PlainSystem plain) : UiTest(browser)
{
    // What the last answer's length was in each frame that the browser has painted, while it grew.
    private const string WatchGrowth =
        """
        () => {
            window.lengths = [];
            const look = () => {
                const answers = document.querySelectorAll("#transcript [data-role=assistant] .prose");
                const length = answers.length === 0 ? 0 : answers[answers.length - 1].textContent.length;
                if (length !== window.lengths.at(-1)) window.lengths.push(length);
                requestAnimationFrame(look);
            };
            look();
        }
        """;

    private SidecarSystem Sidecar => plain.System;

    [Fact]
    public async Task Answer_NotInTheTranscriptYetWhenTheTurnEnds_StaysOnScreen()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        await page.RunTurnAsync("before", "Echo: before");
        await Assertions.Expect(page.Transcript.Locator(".live .turn")).ToHaveCountAsync(0);
        await page.Page.RouteAsync("**/messages?*", async route =>
        {
            var answer = await route.FetchAsync();
            var messages = JsonNode.Parse(await answer.BodyAsync())!;
            var all = messages["messages"]!.AsArray();
            all.RemoveAt(all.Count - 1);
            await route.FulfillAsync(new() { Response = answer, Body = messages.ToJsonString() });
        }, new() { Times = 1 });

        await page.RunTurnAsync("late", "Echo: late");

        await Assertions.Expect(page.Transcript.Locator(".live .turn")).ToHaveCountAsync(0); // the second look has it
        await Assertions.Expect(page.Answers).ToHaveTextAsync(["Echo: before", "Echo: late"]);
    }

    [Fact]
    public async Task Answer_WhileItIsWritten_GrowsAndEndsOnce()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        await page.Page.EvaluateAsync(WatchGrowth);

        await page.SendAsync("@slow 50 20");
        await page.TurnIsAsync("running");
        await Assertions.Expect(page.Stop).ToBeVisibleAsync();
        await page.TurnIsAsync("idle");

        var lengths = await page.Page.EvaluateAsync<int[]>("() => window.lengths");
        Assert.True(lengths.Length >= 8, $"It was shown in {lengths.Length} steps.");
        Assert.Equal(lengths.Order(), lengths);
        Assert.Equal(string.Concat(Enumerable.Range(1, 20).Select(n => $"w{n} ")).Trim(), await LastWordsAsync(page));
        await Assertions.Expect(page.Stop).ToBeHiddenAsync();
        await Assertions.Expect(page.Questions).ToHaveCountAsync(1);
        await Assertions.Expect(page.Answers).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Transcript_AfterAReload_IsWhatWasShownLive()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        await page.RunTurnAsync("a **bold** word", "a bold word");
        await page.RunTurnAsync("and `code`", "and code");
        await Assertions.Expect(page.Transcript.Locator(".live .turn")).ToHaveCountAsync(0);
        var live = await MessagesAsync(page);

        await page.Page.ReloadAsync();
        await page.IsLiveAsync();

        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("and code");
        Assert.Equal(live, await MessagesAsync(page));
    }

    [Fact]
    public async Task Answer_WithMarkdown_IsFormatted()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());

        await page.RunTurnAsync("**bold** and `code`\n\n- one\n- two\n\n```js\nlet a = 1;\n```", "let a = 1;");

        var answer = page.Answers.Last;
        await Assertions.Expect(answer.Locator("strong")).ToHaveTextAsync("bold");
        await Assertions.Expect(answer.Locator("li")).ToHaveTextAsync(["one", "two"]);
        await Assertions.Expect(answer.Locator("pre code")).ToContainTextAsync("let a = 1;");
    }

    [Fact]
    public async Task Stop_InATurn_EndsItAndTheNextMessageIsAnswered()
    {
        var page = await OpenAsync(Sidecar, await Sidecar.CreateSessionAsync());
        await page.SendAsync("@hang");
        await page.TurnIsAsync("running");

        await page.Stop.ClickAsync();
        await page.TurnIsAsync("idle");

        await page.RunTurnAsync("go on", "Echo: go on");
    }

    [Fact]
    public async Task Message_WithShiftEnter_HasTwoLines()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await OpenAsync(Sidecar, session);
        await page.Composer.FillAsync("one");
        await page.Composer.PressAsync("Shift+Enter");
        await page.Composer.PressSequentiallyAsync("two");

        await page.Composer.PressAsync("Enter");
        await page.TurnIsAsync("idle");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("two");

        var sent = Sidecar.Agents.InputsOf(session).Last(input => input.GetProperty("type").GetString() == "user");
        Assert.Contains("one\\ntwo", sent.GetRawText(), StringComparison.Ordinal);
        await Assertions.Expect(page.Composer).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Turn_OfAnotherClient_IsShownInThePage()
    {
        var session = await Sidecar.CreateSessionAsync();
        var page = await OpenAsync(Sidecar, session);
        await using var other = await Sidecar.ConnectAsync(session);

        await other.RunTurnAsync("from elsewhere");

        await Assertions.Expect(page.Questions).ToContainTextAsync("from elsewhere");
        await Assertions.Expect(page.Answers).ToHaveTextAsync("Echo: from elsewhere");
    }

    private static async Task<string> LastWordsAsync(UiPage page)
    {
        var text = await page.Answers.Last.TextContentAsync();
        return string.Join(' ', text!.Split(null as char[], StringSplitOptions.RemoveEmptyEntries).SkipWhile(word => word != "w1"));
    }

    /// <summary>Who said what, in the order of the page. By what is in it: what has not been painted yet has no inner text.</summary>
    private static async Task<string[]> MessagesAsync(UiPage page) => JsonSerializer.Deserialize<string[]>(await page.Page.EvaluateAsync<string>(
        """
        () => JSON.stringify([...document.querySelectorAll("#transcript [data-role]")].map(message =>
            `${message.dataset.role}: ${[...message.querySelectorAll(".prose")].map(part => part.textContent.trim()).join(" | ") || message.textContent.trim()}`))
        """))!;
}
