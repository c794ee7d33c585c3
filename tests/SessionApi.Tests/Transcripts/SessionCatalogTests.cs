namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class SessionCatalogTests
{
    [Fact]
    public async Task Scan_TornTail_IsCountedOnceItIsWhole()
    {
        using var home = new TranscriptHome();
        var whole = TranscriptHome.User("one") + "\n" + TranscriptHome.Assistant("two");
        home.WriteBytes(TranscriptHome.Id, System.Text.Encoding.UTF8.GetBytes(whole));
        Assert.Equal(1, (await home.ScanAsync())[0].MessageCount);

        File.AppendAllText(home.PathOf(TranscriptHome.Id), "\n");

        Assert.Equal(2, (await home.ScanAsync())[0].MessageCount);
    }

    [Fact]
    public async Task Scan_FileGrew_ReadsOnlyWhatIsNew()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User(new string('x', 2000)), TranscriptHome.User("two"), new string('p', 1000));
        Assert.Equal(2, (await home.ScanAsync())[0].MessageCount);

        // What was read is not looked at again: spoil a part of it that the fingerprint does not cover.
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Position = 800;
            file.Write("\n\n\n\n"u8);
        }

        File.AppendAllText(path, TranscriptHome.Assistant("three") + "\n");

        Assert.Equal(3, (await home.ScanAsync())[0].MessageCount);
    }

    [Fact]
    public async Task Scan_FileReplacedByALongerOne_IsReadFromItsStart()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"), TranscriptHome.User("two"));
        await home.ScanAsync();

        home.Write(TranscriptHome.Id, TranscriptHome.User("another conversation that is longer than the first one was"), TranscriptHome.User("b"), "{}", "{}");

        var row = Assert.Single(await home.ScanAsync());
        Assert.Equal("another conversation that is longer than the first one was", row.Title);
        Assert.Equal(2, row.MessageCount);
    }

    [Fact]
    public async Task Scan_FileShrank_IsReadFromItsStart()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"), TranscriptHome.User("two"));
        await home.ScanAsync();

        home.Write(TranscriptHome.Id, TranscriptHome.User("only"));

        Assert.Equal(("only", 1), (await home.ScanAsync()).Select(row => (row.Title, row.MessageCount)).Single());
    }

    [Fact]
    public async Task Scan_FileThatWasUnreadable_IsReadOrForgottenLater()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A directory stands in for an unreadable file.");
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        await home.ScanAsync();

        var found = home.Discovery.FindAll();
        File.Delete(home.PathOf(TranscriptHome.Id));
        File.CreateSymbolicLink(home.PathOf(TranscriptHome.Id), home.PathOf(TranscriptHome.Id));
        await home.Catalog.ApplyAsync(found, CancellationToken.None);
        File.Delete(home.PathOf(TranscriptHome.Id));

        Assert.Empty(await home.ScanAsync());
    }

    [Fact]
    public async Task Scan_EmptyFile_IsASessionWithFallbacks()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        var row = Assert.Single(await home.ScanAsync());

        Assert.Equal("Untitled Session", row.Title);
        Assert.Equal("2026-01-02T03:04:05.000Z", row.ModifiedAt);
        Assert.Equal(0, row.MessageCount);
    }

    [Fact]
    public async Task Scan_FilesOfOtherNamesAndLinksLeadingOut_AreNotListed()
    {
        using var home = new TranscriptHome();
        home.Write("not-a-uuid", TranscriptHome.User("listed all the same"));
        File.WriteAllText(Path.Combine(home.Project, "notes.txt"), "");
        var outside = Path.Combine(home.Base, "outside");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, TranscriptHome.OtherId + ".jsonl"), TranscriptHome.User("secret") + "\n");
        File.CreateSymbolicLink(home.PathOf(TranscriptHome.Id), Path.Combine(outside, TranscriptHome.OtherId + ".jsonl"));
        Directory.CreateSymbolicLink(Path.Combine(home.Root.ProjectsDirectory, "-linked"), outside);

        var row = Assert.Single(await home.ScanAsync());

        Assert.Equal("not-a-uuid", row.Id);
        Assert.Null(await home.Store.FindAsync(TranscriptHome.Id, CancellationToken.None));
        Assert.Null(await home.Store.FindAsync(TranscriptHome.OtherId, CancellationToken.None));
    }

    [Fact]
    public async Task List_EqualTimes_OrdersByIdThenPath()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.OtherId, TranscriptHome.User("b"));
        home.Write(TranscriptHome.Id, TranscriptHome.User("a"));
        var second = Path.Combine(home.Root.ProjectsDirectory, "-zzz");
        Directory.CreateDirectory(second);
        File.Copy(home.PathOf(TranscriptHome.Id), Path.Combine(second, TranscriptHome.Id + ".jsonl"));
        home.Write("newer", TranscriptHome.User("c", "2026-04-05T00:00:00.000Z"));

        var rows = await home.ScanAsync();

        Assert.Equal(["newer", TranscriptHome.Id, TranscriptHome.Id, TranscriptHome.OtherId], rows.Select(row => row.Id));
        Assert.Equal("-zzz", rows[2].ProjectName);
    }

    [Fact]
    public async Task Apply_FindingFromBeforeAWrite_DoesNotOverwriteItsResult()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("kept"));
        home.Write(TranscriptHome.OtherId, TranscriptHome.User("deleted"));
        await home.ScanAsync();
        var stale = home.Discovery.FindAll();

        var created = await home.Store.CreateAsync(home.WorkDir, permissionMode: null, CancellationToken.None);
        await home.Store.AppendCustomTitleAsync(TranscriptHome.Id, "renamed", CancellationToken.None);
        await home.Store.DeleteAsync(TranscriptHome.OtherId, CancellationToken.None);
        await home.Catalog.ApplyAsync(stale, CancellationToken.None);

        var rows = await home.ListAsync();
        Assert.Equal([created, TranscriptHome.Id], rows.Select(row => row.Id));
        Assert.Equal("renamed", rows[1].Title);
    }

    [Fact]
    public async Task Read_BeforeTheFirstBuild_WaitsBoundedAndThenSaysHowManyThereAre()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("known"));
        await home.Store.FindAsync(TranscriptHome.Id, CancellationToken.None);

        var reading = home.Catalog.ReadAsync(CancellationToken.None).AsTask();
        Assert.False(reading.IsCompleted);
        home.Time.Advance(TimeSpan.FromSeconds(3));
        var view = await reading;

        Assert.True(view.IsBuilding);
        Assert.Single(view.Snapshot.Rows);
        Assert.Equal(1, view.Total);
    }

    [Fact]
    public async Task Scan_WorkDirAppears_IsSeenByTheNextRound()
    {
        using var home = new TranscriptHome();
        var missing = Path.Combine(home.Base, "later");
        home.Write(TranscriptHome.Id, TranscriptHome.User("x", more: $",\"cwd\":\"{missing}\""));
        Assert.Equal("missing", (await home.ScanAsync())[0].Workspace.State);

        Directory.CreateDirectory(missing);

        Assert.Equal("available", (await home.ScanAsync())[0].Workspace.State);
    }
}
