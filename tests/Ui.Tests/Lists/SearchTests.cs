using System.Net.Http.Json;
using Microsoft.Playwright;
using Sidecar.Tests.TestSupport;
using Sidecar.Tests.TestSupport.Histories;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Lists;

/// <summary>Something is searched for while the sessions change.</summary>
public sealed class SearchTests(SharedBrowser browser, SearchTests.SomeSystem some) : UiTest(browser), IClassFixture<SearchTests.SomeSystem>
{
    private const int Rounds = 3;
    private const string TextSearch = "**/api/search/sessions";

    // How often a row was shown without its session.
    private const string WatchUnknown =
        """
        () => {
            const list = document.querySelector("#sessions");
            window.unknown = 0;
            new MutationObserver(() => { window.unknown += list.querySelectorAll(".unknown").length; })
                .observe(list, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
        }
        """;

    private const string WatchCount =
        """
        () => {
            window.written = 0;
            new MutationObserver(() => { window.written++; }).observe(document.querySelector("#list-count"), { subtree: true, childList: true, characterData: true });
        }
        """;

    [Fact]
    public async Task Titles_ScrolledThroughWhileSessionsChange_StayKnown()
    {
        var page = await FindAllAsync();
        await ScrollToAsync(page, 200);
        await Assertions.Expect(page.List.Locator(".unknown")).ToHaveCountAsync(0);
        await page.Page.EvaluateAsync(WatchUnknown);

        await ChangeAsync(page, some.Written[0]);

        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => window.unknown"));
        await Assertions.Expect(page.RowOf(some.Written[200].Id)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Rows_AfterScrollingUp_AreReadInTheirOrder()
    {
        var page = await FindAllAsync();
        await ScrollToAsync(page, 200);

        await ScrollToAsync(page, 180);

        var places = await page.List.EvaluateAsync<int[]>("list => [...list.querySelectorAll('[role=listitem]')].map(item => Number(item.ariaPosInSet))");
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task Texts_SearchedForWhileSessionsChange_AreAskedForOnceUntilTheAnswer()
    {
        var page = await OpenAsync(some.System);
        var sought = some.Written[123];
        var asked = 0;
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.Page.RouteAsync(TextSearch, async route =>
        {
            Interlocked.Increment(ref asked);
            await answer.Task;
            await route.ContinueAsync();
        });
        await page.Search.FillAsync(sought.Said);
        await WaitFor.True(() => Volatile.Read(ref asked) > 0, TimeSpan.FromSeconds(15), "the search of the texts");

        await ChangeAsync(page, some.Written[0]);

        Assert.Equal(1, Volatile.Read(ref asked));
        answer.SetResult();
        await Assertions.Expect(page.List.Locator($"[data-hit][data-session-id='{sought.Id}'] mark")).ToHaveTextAsync(sought.Said);
    }

    [Fact]
    public async Task Texts_OfTheSearchBefore_AreNotShownWithAnother()
    {
        var page = await OpenAsync(some.System);
        await page.Search.FillAsync(some.Written[40].Said);
        await Assertions.Expect(page.List.Locator("[data-hit]")).ToHaveCountAsync(1);
        await page.Page.RouteAsync(TextSearch, _ => Task.CompletedTask); // never answers

        await page.Search.FillAsync(some.Written[50].Title);

        await Assertions.Expect(page.RowOf(some.Written[50].Id)).ToBeVisibleAsync();
        await Assertions.Expect(page.List.Locator("[data-hit]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Count_ThatStaysTheSame_IsNotSaidAgain()
    {
        var page = await OpenAsync(some.System);
        await page.Search.FillAsync(some.Written[77].Said);
        await Assertions.Expect(page.Page.Locator("#list-count")).ToHaveTextAsync("1 match");
        await page.Page.EvaluateAsync(WatchCount);

        await ChangeAsync(page, some.Written[0]);

        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => window.written"));
    }

    /// <summary>A search that finds the title of every session, the newest first.</summary>
    private async Task<UiPage> FindAllAsync()
    {
        var page = await OpenAsync(some.System);
        await page.Search.FillAsync("mends the parser");
        await Assertions.Expect(page.List.Locator("button.group[data-project=titles] .group-count")).ToHaveTextAsync($"{SomeSystem.Sessions}");
        return page;
    }

    private async Task ScrollToAsync(UiPage page, int index)
    {
        await page.List.EvaluateAsync($"list => {{ list.scrollTop = {index} * 54; }}");
        await Assertions.Expect(page.RowOf(some.Written[index].Id)).ToBeVisibleAsync();
    }

    /// <summary>Changes a session again and again, and waits each time until the list has been fetched for it.</summary>
    private async Task ChangeAsync(UiPage page, WrittenSession session)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var listed = page.Page.WaitForResponseAsync(response => response.Url.EndsWith("/api/projects", StringComparison.Ordinal));
            using var changed = await some.System.Http.PatchAsJsonAsync($"/api/sessions/{session.Id}", new { title = $"{session.Title} {Guid.NewGuid():N}" });
            Assert.True(changed.IsSuccessStatusCode, $"The title was not changed: {changed.StatusCode}");
            await listed;
        }
    }

    /// <summary>A system with some sessions: more than are fetched at once.</summary>
    public sealed class SomeSystem() : UiSystem()
    {
        internal const int Sessions = 300;

        public IReadOnlyList<WrittenSession> Written { get; private set; } = [];

        private protected override void Prepare(TemporaryFolder folder) => Written = ManySessions.Write(folder["config", "projects"], Sessions, projects: 3);
    }
}
