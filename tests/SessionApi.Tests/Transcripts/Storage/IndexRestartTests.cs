using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.Tests.SessionApi.Transcripts.Storage;

/// <summary>What a start makes of the index that an earlier run stored.</summary>
public sealed class IndexRestartTests
{
    [Theory]
    [InlineData("classic")]
    [InlineData("current")]
    public async Task Start_NothingChanged_ListsTheSameAndOpensNoTranscript(string style)
    {
        using var home = new TranscriptHome();
        home.CopyCorpus(style);
        var before = await ListWithoutIndexAsync(home);
        await IndexRun.PassAsync(home);

        using var run = await IndexRun.StartAsync(home);

        Assert.Equal(before, await run.ListAsync());
        Assert.Equal(0, run.Reads);
        Assert.Equal(IndexStorageKind.Used, run.State.Kind);
    }

    [Fact]
    public async Task Start_OtherContentsUnderTheSameStamps_ListsWhatWasStored()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("stored"));
        await IndexRun.PassAsync(home);
        var modified = File.GetLastWriteTimeUtc(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(new byte[file.Length]);
        }

        File.SetLastWriteTimeUtc(path, modified);
        using var run = await IndexRun.StartAsync(home);

        Assert.Contains("\"title\":\"stored\"", Assert.Single(await run.ListAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FilesChangedWhileDown_ListsThemAsTheyAreAndOpensOnlyThese()
    {
        using var home = new TranscriptHome();
        home.CopyCorpus("current");
        foreach (var name in new[] { "grew", "replaced", "shrank", "deleted", "touched", "aside" })
        {
            home.Write(name, TranscriptHome.User($"{name} one"), TranscriptHome.Assistant("two"));
        }

        await IndexRun.PassAsync(home);
        File.AppendAllText(home.PathOf("grew"), TranscriptHome.User("three", "2026-04-09T00:00:00.000Z") + "\n");
        home.Write("replaced", TranscriptHome.User("another conversation, and a longer one than the one before it was"), TranscriptHome.User("b"), "{}");
        home.Write("shrank", TranscriptHome.User("short"));
        File.Delete(home.PathOf("deleted"));
        File.SetLastWriteTimeUtc(home.PathOf("touched"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Move(home.PathOf("aside"), home.PathOf("aside", TranscriptLocation.AsideExtension));
        home.Write("added", TranscriptHome.User("added"));

        using var run = await IndexRun.StartAsync(home);

        Assert.Equal(await ListWithoutIndexAsync(home), await run.ListAsync());
        Assert.Equal(6, run.Reads);
    }

    [Fact]
    public async Task Load_FileChangedWhileDown_IsNotListedBeforeItIsRead()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("old"));
        home.Write(TranscriptHome.OtherId, TranscriptHome.User("unchanged"));
        await IndexRun.PassAsync(home);
        File.AppendAllText(path, TranscriptHome.Assistant("new") + "\n");

        using var run = new IndexRun(home);
        await run.LoadAsync(home);
        var reading = run.Catalog.ReadAsync(CancellationToken.None).AsTask();
        home.Time.Advance(TimeSpan.FromSeconds(3));
        var view = await reading;

        Assert.True(view.IsBuilding);
        Assert.Equal(2, view.Total);
        Assert.Equal("unchanged", Assert.Single(view.Snapshot.Rows).Title);
    }

    [Fact]
    public async Task Start_DeletedWhileDown_IsForgottenByTheIndexToo()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("kept"));
        var deleted = home.Write(TranscriptHome.OtherId, TranscriptHome.User("deleted"));
        await IndexRun.PassAsync(home);
        File.Delete(deleted);
        await IndexRun.PassAsync(home);

        using var database = IndexDatabase.Open(new IndexFiles(home.Root).Database);
        var stored = new List<string>();
        database.Load(home.Root.ProjectsDirectory, (location, _) => stored.Add(location.SessionId));

        Assert.Equal([TranscriptHome.Id], stored);
    }

    [Fact]
    public async Task Start_FileGrewWhileDown_ReadsOnlyWhatIsNew()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User(new string('x', 2000)), TranscriptHome.User("two"), new string('p', 1000));
        await IndexRun.PassAsync(home);

        // Spoil a part of what was read that the fingerprint does not cover: it would not be counted again.
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Position = 800;
            file.Write("\n\n\n\n"u8);
        }

        File.AppendAllText(path, TranscriptHome.Assistant("three") + "\n");
        using var run = await IndexRun.StartAsync(home);

        Assert.Contains("\"messageCount\":3", Assert.Single(await run.ListAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WritesOfTheRunBefore_AreStored()
    {
        using var home = new TranscriptHome();
        using (var run = await IndexRun.StartAsync(home))
        {
            var id = await run.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
            await run.FlushAsync();
            await run.Store.AppendCustomTitleAsync(id, "named", CancellationToken.None);
            await run.FlushAsync();
        }

        using var next = await IndexRun.StartAsync(home);

        Assert.Contains("\"title\":\"named\"", Assert.Single(await next.ListAsync()), StringComparison.Ordinal);
        Assert.Equal(0, next.Reads);
    }

    [Fact]
    public async Task Start_AfterAKillInMidLog_KnowsWhatWasCommitted()
    {
        using var home = new TranscriptHome();
        home.CopyCorpus("current");
        using (var killed = await IndexRun.StartAsync(home))
        {
            await killed.FlushAsync();
            Assert.True(killed.State.WalBytes > 0);
            File.Copy(killed.Files.Database, Path.Combine(home.Base, "index.db"));
            File.Copy(killed.Files.Log, Path.Combine(home.Base, "index.db-wal"));
        }

        var files = new IndexFiles(home.Root);
        File.Move(Path.Combine(home.Base, "index.db"), files.Database, overwrite: true);
        File.Move(Path.Combine(home.Base, "index.db-wal"), files.Log, overwrite: true);
        using var run = await IndexRun.StartAsync(home);

        Assert.Equal(await ListWithoutIndexAsync(home), await run.ListAsync());
        Assert.Equal(0, run.Reads);
    }

    [Fact]
    public async Task Flush_Stored_IsMeasured()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var run = new IndexRun(home);
        using var sizes = new MetricCollector<long>(run.Meters, TranscriptMetrics.MeterName, "sidecar.index.size");
        using var batches = new MetricCollector<long>(run.Meters, TranscriptMetrics.MeterName, "sidecar.index.batches");
        await run.LoadAsync(home);
        await run.Catalog.ScanOnceAsync(CancellationToken.None);
        await run.FlushAsync();
        await run.FlushAsync();

        Assert.Equal([1L], batches.GetMeasurementSnapshot().Select(measurement => measurement.Value));
        Assert.Equal(run.State.WalBytes, sizes.LastMeasurement!.Value);
        Assert.Equal("wal", sizes.LastMeasurement.Tags["file"]);
        run.Dispose();

        using var next = new IndexRun(home);
        using var loads = new MetricCollector<double>(next.Meters, TranscriptMetrics.MeterName, "sidecar.index.load.duration");
        await next.LoadAsync(home);
        Assert.Single(loads.GetMeasurementSnapshot());
    }

    private static async Task<IReadOnlyList<string>> ListWithoutIndexAsync(TranscriptHome home)
    {
        using var run = await IndexRun.StartAsync(home, persist: false);
        return await run.ListAsync();
    }
}
