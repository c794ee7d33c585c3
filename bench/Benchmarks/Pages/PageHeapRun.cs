using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sidecar.Benchmarks.Live;
using Sidecar.Tests.BrowserSupport;

namespace Sidecar.Benchmarks.Pages;

/// <summary>
/// What a page keeps that shows a session for long, while turn after turn is streamed into it: text with Markdown, a long stream, a tool that asks. The
/// heap is looked at after the browser was told to collect it.
/// </summary>
internal static class PageHeapRun
{
    private const int Parts = 6; // of the time; the first is for warming up
    private const double MostGrowth = 1.1;
    private const float Deadline = 60_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    private const string Markdown =
        """
        # Plan
        First **look** at `parse()`, then at what it *returns*:

        | case | now | wanted |
        |---|---|---|
        | empty | throws | `[]` |
        | one | `[1]` | `[1]` |

        ```csharp
        var rows = Parse(text).Where(row => row.Count > 0).ToList();
        return rows is [] ? [] : rows;
        ```

        1. a test that fails
        2. the change
           - small
           - read again
        """;

    public static async Task<int> RunAsync(string appHost, string fakeAgent, TimeSpan time)
    {
        using var system = await LiveSystem.StartAsync(appHost, fakeAgent, sessions: 4);
        var workDir = system.NewWorkDir();
        using var created = await system.Http.PostAsJsonAsync("/api/sessions", new { workDir });
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("sessionId").GetString()!;
        await using var browser = await DrivenBrowser.StartAsync();
        var opened = await OpenedPage.OpenAsync(browser.Browser, system.Port, $"/sessions/{id}");
        var page = opened.Page;
        page.SetDefaultTimeout(Deadline);
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("HeapProfiler.enable");

        var heaps = Enumerable.Range(0, Parts).Select(_ => new Sample()).ToArray();
        var (started, turns, looked) = (TimeProvider.System.GetTimestamp(), 0, TimeSpan.Zero);
        for (var elapsed = TimeSpan.Zero; elapsed < time; elapsed = TimeProvider.System.GetElapsedTime(started))
        {
            await RunTurnAsync(page, turns++, Path.Combine(workDir, "note.txt"));
            if (elapsed - looked < Pause)
            {
                continue;
            }

            looked = elapsed;
            var (heap, elements, listeners) = await LookAsync(devTools, page);
            heaps[Math.Min(Parts - 1, (int)(elapsed / time * Parts))].Add(heap / 1000.0);
            Console.WriteLine(Text($"{elapsed.TotalMinutes,5:0.0} min: {turns,5} turns, heap {heap / 1e6:0.00} MB, {elements,5} elements, {listeners,4} listeners"));
        }

        await opened.DisposeAsync();
        // It rises while turns gather on screen, and falls when those far above leave it: what counts is how high.
        Console.WriteLine(string.Join("; ", heaps.Select((part, index) => Text($"part {index + 1}: median {part.At(0.5) / 1000:0.00} MB, most {part.At(1) / 1000:0.00} MB"))));
        var isFlat = heaps[^1].At(1) <= heaps[1].At(1) * MostGrowth;
        Console.WriteLine($"{turns} turns; the last part at most {MostGrowth} of the second: {isFlat}");
        return isFlat && await system.StopAsync() ? 0 : 1;
    }

    private static async Task RunTurnAsync(IPage page, int turn, string file)
    {
        var message = (turn % 4) switch
        {
            0 => Markdown,
            1 => "@slow 20 150",
            2 => "MOCK_TOOL " + new JsonObject
            {
                ["tool"] = "Write",
                ["input"] = new JsonObject { ["file_path"] = file, ["content"] = $"line {turn}\nline two\n" },
                ["write"] = new JsonObject { ["path"] = file, ["content"] = $"line {turn}\nline two\n" },
            }.ToJsonString(),
            _ => "@slow 10 200",
        };
        await page.Locator("#message").FillAsync(message);
        await page.Locator("#message").PressAsync("Enter");
        if (turn % 4 == 2)
        {
            await page.Locator(".permission [data-answer=allow]").ClickAsync();
        }

        // The turn of this message has begun when nothing waits, and is over when it is idle.
        await page.Locator("#transcript .waiting .sending").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.Locator("#turn[data-state=idle]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    private static async Task<(double Heap, int Elements, int Listeners)> LookAsync(ICDPSession devTools, IPage page)
    {
        await devTools.SendAsync("HeapProfiler.collectGarbage");
        var usage = await devTools.SendAsync("Runtime.getHeapUsage");
        var counters = await devTools.SendAsync("Memory.getDOMCounters");
        return (
            usage!.Value.GetProperty("usedSize").GetDouble(),
            await page.EvaluateAsync<int>("() => document.querySelectorAll('*').length"),
            counters!.Value.GetProperty("jsEventListeners").GetInt32());
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
