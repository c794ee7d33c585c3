using Microsoft.Playwright;
using Sidecar.Tests.TestSupport.Histories;
using Sidecar.Tests.Ui.Harness;

namespace Sidecar.Tests.Ui.Sessions;

/// <summary>A session of half a gigabyte.</summary>
public sealed class LongTranscriptTests(SharedBrowser browser) : UiTest(browser)
{
    private const string Id = "5e551000-0000-4000-8000-00000000b160";
    private const long Bytes = 500_000_000;
    private const int MostElements = 5_000;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Transcript_OfFiveHundredMegabytes_ShowsItsEndAtOnceAndWhatIsOlderOnTheWayUp()
    {
        var turns = 0;
        var system = await StartOverAsync(folder => turns = LongTranscript.Write(folder["config", "projects"], Id, Bytes));
        var page = await OpenAsync(system);

        await Assertions.Expect(page.RowOf(Id).First).ToBeVisibleAsync(); // once it has been read
        var started = TimeProvider.System.GetTimestamp();
        await page.RowOf(Id).First.ClickAsync();
        await Assertions.Expect(page.Answers.Last).ToHaveTextAsync(LongTranscript.AnswerOf(turns - 1));
        var took = TimeProvider.System.GetElapsedTime(started);

        Assert.True(took < Quick, $"It took {took}.");
        await Assertions.Expect(page.Answers.Last).ToBeInViewportAsync();
        Assert.InRange(await page.ElementsAsync(), 1, MostElements);
        var shown = await page.Answers.CountAsync();
        for (var older = 0; older < 5; older++)
        {
            var first = await page.Answers.First.TextContentAsync();
            await page.Transcript.EvaluateAsync("transcript => { transcript.scrollTop = 0; }");
            await Assertions.Expect(page.Answers.First).Not.ToHaveTextAsync(first!);
        }

        Assert.True(await page.Answers.CountAsync() > shown || await page.ElementsAsync() < MostElements, "Nothing older is shown.");
        Assert.InRange(await page.ElementsAsync(), 1, MostElements);
    }
}
