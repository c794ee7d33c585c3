using System.Globalization;
using System.Text.Json;
using Sidecar.Benchmarks.Live;
using Sidecar.Tests.BrowserSupport;

namespace Sidecar.Benchmarks.Pages;

/// <summary>
/// How the page of our web UI comes up over a long history, with nothing of it kept by the browser, and how its list scrolls: as the browser itself measures.
/// </summary>
internal static class PageRun
{
    private const double MostToPaint = 300;
    private const double MostToList = 500;
    private const double MostBytes = 150_000;
    private const double MostFrame = 1000.0 / 60 * 1.5; // a frame that is longer has left one out

    // Bytes are those of answers with their headers, compressed as they came.
    private const string Times =
        """
        async () => {
            while (performance.getEntriesByName("list-shown").length === 0) await new Promise(done => setTimeout(done, 5));
            await new Promise(done => setTimeout(done, 500)); // what else the page asks for on its own
            const answers = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
            return JSON.stringify({
                paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
                list: performance.getEntriesByName("list-shown")[0].startTime,
                bytes: answers.reduce((sum, answer) => sum + answer.transferSize, 0),
                answers: answers.length,
                rows: document.querySelectorAll("#sessions a[data-session-id]").length,
                count: document.querySelector("#list-count").textContent,
            });
        }
        """;

    // Each frame goes on by as much; what it takes from one to the next is what a person sees.
    private const string Scroll =
        """
        async ([step, frames]) => {
            const list = document.querySelector("#sessions");
            const times = [];
            let tasks = 0;
            new PerformanceObserver(seen => { tasks += seen.getEntries().length; }).observe({ type: "longtask" });
            list.scrollTop = 0;
            await new Promise(done => setTimeout(done, 300));
            let unknown = 0, before = await new Promise(done => requestAnimationFrame(done));
            for (let frame = 0; frame < frames; frame++) {
                list.scrollTop += step;
                const now = await new Promise(done => requestAnimationFrame(done));
                times.push(now - before);
                before = now;
                if (list.querySelector("a.unknown")) unknown++;
            }
            return JSON.stringify({ times, tasks, unknown });
        }
        """;

    public static async Task<int> RunAsync(string appHost, string corpus, int rounds)
    {
        using var system = await LiveSystem.StartOverAsync(appHost, fakeAgent: null, Path.Combine(corpus, "home", ".claude", "projects"));
        var sessions = (await system.ListedAsync()).GetProperty("total").GetInt32();
        await using var browser = await DrivenBrowser.StartAsync();
        var (paint, list, bytes) = (new Sample(), new Sample(), new Sample());
        for (var round = 0; round <= rounds; round++)
        {
            await using var opened = await OpenedPage.OpenAsync(browser.Browser, system.Port, "/");
            var times = JsonElement.Parse(await opened.Page.EvaluateAsync<string>(Times));
            if (round == 0)
            {
                Console.WriteLine($"{sessions} sessions; the page says {times.GetProperty("count")} and shows {times.GetProperty("rows")}; {times.GetProperty("answers")} answers");
                continue; // the browser starts processes of its own
            }

            paint.Add(times.GetProperty("paint").GetDouble());
            list.Add(times.GetProperty("list").GetDouble());
            bytes.Add(times.GetProperty("bytes").GetDouble());
        }

        Console.WriteLine(Text($"first contentful paint: median {paint.At(0.5):0} ms, most {paint.At(1):0} ms of {rounds}"));
        Console.WriteLine(Text($"list shown:             median {list.At(0.5):0} ms, most {list.At(1):0} ms"));
        Console.WriteLine(Text($"transferred:            median {bytes.At(0.5) / 1000:0.0} kB, most {bytes.At(1) / 1000:0.0} kB"));
        foreach (var (name, step, frames) in ((string, int, int)[])[("read", 8, 600), ("scrolled", 120, 600), ("flung", 1500, 360)])
        {
            await ScrollAsync(browser, system, name, step, frames);
        }

        var isGood = paint.At(0.5) < MostToPaint && list.At(0.5) < MostToList && bytes.At(1) < MostBytes;
        Console.WriteLine($"within {MostToPaint} ms, {MostToList} ms and {MostBytes / 1000} kB: {isGood}");
        return isGood && await system.StopAsync() ? 0 : 1;
    }

    private static async Task ScrollAsync(DrivenBrowser browser, LiveSystem system, string name, int step, int frames)
    {
        await using var opened = await OpenedPage.OpenAsync(browser.Browser, system.Port, "/");
        await opened.Page.EvaluateAsync<string>(Times);
        var seen = JsonElement.Parse(await opened.Page.EvaluateAsync<string>(Scroll, new[] { step, frames }));
        var times = new Sample();
        var late = 0;
        foreach (var time in seen.GetProperty("times").EnumerateArray())
        {
            times.Add(time.GetDouble());
            late += time.GetDouble() > MostFrame ? 1 : 0;
        }

        Console.WriteLine(Text(
            $"{name}, {step} pixels a frame: {times}; {late} of {frames} late; {seen.GetProperty("tasks")} tasks over 50 ms; rows not known yet in {seen.GetProperty("unknown")} frames"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
