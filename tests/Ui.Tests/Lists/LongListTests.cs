using System.Text.Json;
using Microsoft.Playwright;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.TestSupport.Histories;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Lists;

/// <summary>A list of ten thousand sessions: what is seen of it, what is found in it, and the keys that move in it.</summary>
public sealed class LongListTests(SharedBrowser browser, LongListTests.ManySystem many) : UiTest(browser), IClassFixture<LongListTests.ManySystem>
{
    private const int Sessions = 10_000;
    private const int MostRows = 80;
    private const int Stops = 60;

    // Goes to a place, waits until each row there is known, and tells what is seen: rows in the order of the page, the most elements there were.
    private const string Look =
        """
        async place => {
            const list = document.querySelector("#sessions");
            list.scrollTop = place * (list.scrollHeight - list.clientHeight);
            const box = list.getBoundingClientRect();
            let rows = [], most = 0;
            for (const start = performance.now(); performance.now() - start < 10000;) {
                await new Promise(done => requestAnimationFrame(done));
                const all = [...list.querySelectorAll("[role=listitem]")];
                most = Math.max(most, all.length);
                const seen = all.filter(row => { const at = row.getBoundingClientRect(); return at.bottom > box.top && at.top < box.bottom; })
                    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
                const covered = seen.length > 0 && seen[0].getBoundingClientRect().top <= box.top + 1 && seen.at(-1).getBoundingClientRect().bottom >= box.bottom - 1;
                rows = seen.map(row => row.querySelector("a")).filter(link => link);
                if (covered && rows.length > 0 && rows.every(row => row.dataset.sessionId)) break;
                if (performance.now() - start > 9000) return JSON.stringify({ most, problem: `covered: ${covered}`, rows: [] });
            }
            return JSON.stringify({ most, rows: rows.map(row => ({ id: row.dataset.sessionId, title: row.querySelector(".row-title").textContent })) });
        }
        """;

    [Fact]
    public async Task List_FromTopToBottom_ShowsTheRightRowsWithFewElements()
    {
        var page = await OpenAllAsync();
        var order = many.Written.Select((session, index) => (session.Id, index)).ToDictionary(item => item.Id, item => item.index);

        var (before, most) = (-1, 0);
        for (var stop = 0; stop <= Stops; stop++)
        {
            var seen = JsonElement.Parse(await page.Page.EvaluateAsync<string>(Look, (double)stop / Stops));
            Assert.False(seen.TryGetProperty("problem", out var problem), $"At {stop} of {Stops} not all rows came: {problem}.");
            most = Math.Max(most, seen.GetProperty("most").GetInt32());
            var rows = seen.GetProperty("rows").EnumerateArray().Select(row => (Id: row.GetProperty("id").GetString()!, Title: row.GetProperty("title").GetString())).ToList();
            var first = order[rows[0].Id];
            Assert.Equal(many.Written.Skip(first).Take(rows.Count).Select(session => (session.Id, (string?)session.Title)), rows);
            Assert.True(first > before, $"At {stop} of {Stops} the list does not go on.");
            before = first;
        }

        Assert.InRange(most, 10, MostRows);
        Assert.True(before + MostRows > Sessions, $"The end shows session {before}.");
        Assert.InRange(await page.ElementsAsync(), 1, 1500);
    }

    [Fact]
    public async Task Search_ByTitle_ShowsTheSessionAtOnce()
    {
        var page = await OpenAllAsync();
        var sought = many.Written[4321];

        await page.Search.FillAsync(sought.Title[..20]);

        await Assertions.Expect(page.RowOf(sought.Id)).ToBeVisibleAsync();
        await Assertions.Expect(page.RowOf(sought.Id).Locator(".row-title")).ToHaveTextAsync(sought.Title);
        await Assertions.Expect(page.List.Locator("a[data-session-id]:not([data-hit])")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Search_ByWhatWasSaid_ShowsTheSessionWithTheWordsMarked()
    {
        var page = await OpenAllAsync();
        var sought = many.Written[7654];

        await page.Search.FillAsync(sought.Said);

        var hit = page.List.Locator($"[data-hit][data-session-id='{sought.Id}']");
        await Assertions.Expect(hit.Locator("mark")).ToHaveTextAsync(sought.Said);
        await hit.ClickAsync();
        await Assertions.Expect(page.Page.Locator("#session-title")).ToHaveTextAsync(sought.Title);
        await Assertions.Expect(page.Answers).ToContainTextAsync(sought.Said);
    }

    [Fact]
    public async Task Search_Left_ShowsTheListAgain()
    {
        var page = await OpenAllAsync();
        await page.Search.FillAsync("nothing is called like this");
        await Assertions.Expect(page.Rows).ToHaveCountAsync(0);

        await page.Search.PressAsync("Escape");

        await Assertions.Expect(page.Search).ToHaveValueAsync("");
        await Assertions.Expect(page.RowOf(many.Written[0].Id)).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator("#list-count")).ToHaveTextAsync("10,000 sessions");
    }

    [Fact]
    public async Task Keys_Alone_MoveOpenSearchAndLeave()
    {
        var page = await OpenAllAsync();
        var keyboard = page.Page.Keyboard;
        await Assertions.Expect(page.RowOf(many.Written[0].Id)).ToBeVisibleAsync();

        await keyboard.PressAsync("ArrowDown"); // from the first header
        await Focused(page, many.Written[0]);
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("ArrowUp");
        await Focused(page, many.Written[1]);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator("#session-title")).ToHaveTextAsync(many.Written[1].Title);
        await Assertions.Expect(page.RowOf(many.Written[1].Id)).ToHaveAttributeAsync("aria-current", "page");

        await keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Page).ToHaveURLAsync($"http://127.0.0.1:{many.System.Port}/");
        await keyboard.PressAsync("End");
        await Focused(page, many.Written[^1]);
        await keyboard.PressAsync("Home");
        await keyboard.PressAsync("PageDown");
        await Assertions.Expect(page.Page.Locator("#sessions a:focus")).ToHaveCountAsync(1);

        await keyboard.PressAsync("/");
        await Assertions.Expect(page.Search).ToBeFocusedAsync();
        await keyboard.TypeAsync(many.Written[55].Title);
        await Assertions.Expect(page.RowOf(many.Written[55].Id)).ToBeVisibleAsync();
        await keyboard.PressAsync("ArrowDown");
        await keyboard.PressAsync("ArrowDown");
        await Focused(page, many.Written[55]);
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Page.Locator("#session-title")).ToHaveTextAsync(many.Written[55].Title);
    }

    [Fact]
    public async Task Group_Collapsed_ShowsTheNextGroupInstead()
    {
        var page = await OpenAllAsync();
        var group = page.List.Locator("button.group").First;
        await Assertions.Expect(group.Locator(".group-name")).ToHaveTextAsync("project-000");
        await Assertions.Expect(group).ToHaveAttributeAsync("aria-expanded", "true");

        await group.ClickAsync();

        await Assertions.Expect(group).ToHaveAttributeAsync("aria-expanded", "false");
        await Assertions.Expect(page.RowOf(many.Written[0].Id)).ToHaveCountAsync(0);
        await Assertions.Expect(page.RowOf(many.Written[Sessions / ManySystem.Projects].Id)).ToBeVisibleAsync();
        await group.ClickAsync();
        await Assertions.Expect(page.RowOf(many.Written[0].Id)).ToBeVisibleAsync();
    }

    /// <summary>Opens the list when all of it has been read.</summary>
    private async Task<UiPage> OpenAllAsync()
    {
        var page = await OpenAsync(many.System);
        await Assertions.Expect(page.Page.Locator("#list-count")).ToHaveTextAsync("10,000 sessions");
        return page;
    }

    private static Task Focused(UiPage page, WrittenSession session) =>
        Assertions.Expect(page.Page.Locator("#sessions a:focus")).ToHaveAttributeAsync("data-session-id", session.Id);

    /// <summary>A system with that many sessions.</summary>
    public sealed class ManySystem() : UiSystem()
    {
        internal const int Projects = 100;

        public IReadOnlyList<WrittenSession> Written { get; private set; } = [];

        private protected override void Prepare(TemporaryFolder folder) => Written = ManySessions.Write(folder["config", "projects"], Sessions, Projects);
    }
}
