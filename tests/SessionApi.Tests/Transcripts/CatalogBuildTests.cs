using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class CatalogBuildTests
{
    [Fact]
    public async Task Read_WhileAnOldTranscriptIsStillRead_AnswersTheNewestRows()
    {
        using var home = new TranscriptHome();
        foreach (var day in Enumerable.Range(1, 9))
        {
            var path = home.Write($"day-{day}", TranscriptHome.User($"day {day}", $"2026-04-0{day}T10:00:00.000Z"));
            File.SetLastWriteTimeUtc(path, new DateTime(2026, 4, day, 10, 0, 1, DateTimeKind.Utc));
        }

        var oldest = new TranscriptLocation(home.Project, "day-1");
        var release = new TaskCompletionSource();
        var holding = home.Catalog.WriteAsync(oldest, _ => new ValueTask(release.Task), CancellationToken.None);
        // Who holds it has read it: what is to be read again is a later state.
        File.AppendAllText(oldest.MainPath, TranscriptHome.User("later", "2026-04-01T11:00:00.000Z") + "\n");
        File.SetLastWriteTimeUtc(oldest.MainPath, new DateTime(2026, 4, 1, 11, 0, 1, DateTimeKind.Utc));
        var scanning = home.Catalog.ScanOnceAsync(CancellationToken.None);

        var view = await home.Catalog.ReadAsync(needed: 8, project: null, CancellationToken.None);

        Assert.Equal(CatalogState.Building, view.Index.State);
        Assert.Equal((9, 9), (view.Total, view.Index.Discovered));
        Assert.Equal(
            ["day-9", "day-8", "day-7", "day-6", "day-5", "day-4", "day-3", "day-2"],
            view.Snapshot.Rows.Take(8).Select(row => row.Id));
        Assert.False(home.Catalog.ReadAsync(needed: 9, project: null, CancellationToken.None).AsTask().IsCompleted, "The last row is not certain yet.");

        release.SetResult();
        await holding;
        await scanning;
        Assert.Equal(CatalogState.Ready, (await home.Catalog.ReadAsync(CancellationToken.None)).Index.State);
    }

    [Fact]
    public void Horizon_ReadInAnyOrder_IsTheNewestThatIsUnread()
    {
        var build = new CatalogBuild();
        Assert.Equal(long.MaxValue, build.Horizon);
        var slack = TimeSpan.FromSeconds(2).Ticks;

        build.Begin([Found(300), Found(200), Found(100)]);
        Assert.Equal(300 + slack, build.Horizon);
        build.Read(1);
        Assert.Equal(300 + slack, build.Horizon);
        build.Read(0);
        Assert.Equal(100 + slack, build.Horizon);
        build.Read(2);
        Assert.Equal(long.MinValue, build.Horizon);
    }

    private static FoundTranscript Found(long modified) =>
        new(new TranscriptLocation("/p", $"{modified}"), new FileStamp(1, modified, 0), Aside: null);
}
