using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class TranscriptStoreTests
{
    [Fact]
    public async Task Create_WorkDir_WritesTheTwoLinesPrivately()
    {
        using var home = new TranscriptHome();

        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);

        var lines = File.ReadAllLines(home.PathOf(id));
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("""{"type":"file-history-snapshot","messageId":""", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            $$"""{"type":"session-meta","isMeta":true,"workDir":"{{home.WorkDir}}","permissionMode":"plan","timestamp":"2026-05-01T12:00:00.000Z"}""",
            lines[1]);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(home.PathOf(id)));
        }
    }

    [Fact]
    public async Task AppendMeta_NothingChanges_WritesNothing()
    {
        using var home = new TranscriptHome();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        var change = new SessionMetaChange { PermissionMode = "acceptEdits", SetsRuntime = true, RuntimeModelId = "m", EffortLevel = "high" };

        await home.Store.AppendMetaAsync(id, home.WorkDir, change, CancellationToken.None);
        await home.Store.AppendMetaAsync(id, home.WorkDir, change, CancellationToken.None);

        Assert.Equal(3, File.ReadAllLines(home.PathOf(id)).Length);
        var facts = await home.Store.FindAsync(id, CancellationToken.None);
        Assert.NotNull(facts);
        Assert.Equal(("acceptEdits", "m", "high"), (facts.PermissionMode, facts.RuntimeModelId, facts.EffortLevel));
        Assert.True(facts.HasRuntimeProvider);
        Assert.Null(facts.RuntimeProviderId);
    }

    [Fact]
    public async Task AppendMeta_AnotherProject_MovesThePlaceholder()
    {
        using var home = new TranscriptHome();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        await home.Store.AppendCustomTitleAsync(id, "Mine", CancellationToken.None);
        var elsewhere = Directory.CreateDirectory(Path.Combine(home.Base, "elsewhere")).FullName;

        await home.Store.AppendMetaAsync(id, elsewhere, new SessionMetaChange { WorkDir = elsewhere }, CancellationToken.None);

        Assert.False(File.Exists(home.PathOf(id)));
        var facts = await home.Store.FindAsync(id, CancellationToken.None);
        Assert.NotNull(facts);
        Assert.Equal((elsewhere, "plan", "Mine"), (facts.WorkDir, facts.PermissionMode, facts.Title));
    }

    [Fact]
    public async Task AppendMeta_TranscriptWithMessagesElsewhere_StaysWhereItIs()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("real"));
        var elsewhere = Directory.CreateDirectory(Path.Combine(home.Base, "elsewhere")).FullName;

        await home.Store.AppendMetaAsync(TranscriptHome.Id, elsewhere, new SessionMetaChange { PermissionMode = "plan" }, CancellationToken.None);

        Assert.Equal(TranscriptHome.User("real") + "\n", File.ReadAllText(home.PathOf(TranscriptHome.Id)));
    }

    [Fact]
    public async Task AppendTitle_TornTail_StartsOnALineOfItsOwn()
    {
        using var home = new TranscriptHome();
        home.WriteBytes(TranscriptHome.Id, System.Text.Encoding.UTF8.GetBytes(TranscriptHome.User("one") + "\n{\"torn"));

        await home.Store.AppendCustomTitleAsync(TranscriptHome.Id, "Named", CancellationToken.None);

        var lines = File.ReadAllLines(home.PathOf(TranscriptHome.Id));
        Assert.Equal(3, lines.Length);
        Assert.Equal("{\"torn", lines[1]);
        Assert.Equal("Named", (await home.Store.FindAsync(TranscriptHome.Id, CancellationToken.None))?.Title);
    }

    [Fact]
    public async Task AppendAiTitle_CustomTitleExists_WritesNothing()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        await home.Store.AppendAiTitleAsync(TranscriptHome.Id, "Generated", CancellationToken.None);
        await home.Store.AppendCustomTitleAsync(TranscriptHome.Id, "Chosen", CancellationToken.None);

        await home.Store.AppendAiTitleAsync(TranscriptHome.Id, "Too late", CancellationToken.None);

        Assert.Equal(3, File.ReadAllLines(home.PathOf(TranscriptHome.Id)).Length);
        Assert.Equal("Chosen", (await home.Store.FindAsync(TranscriptHome.Id, CancellationToken.None))?.Title);
    }

    [Fact]
    public async Task Append_AnotherWriterAppendsAtTheSameTime_LosesNoLine()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id);
        const int Lines = 300;

        var writers = Enumerable.Range(0, 2).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < Lines; i++)
            {
                AppendOnlyFile.Append(path, System.Text.Encoding.UTF8.GetBytes($"{{\"writer\":{writer},\"line\":{i}}}\n"));
            }
        }));
        await Task.WhenAll(writers);

        Assert.Equal(2 * Lines, File.ReadAllLines(path).Where(line => line.Length > 0).Distinct().Count());
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("6f1c0000-0000-4000-8000-00000000000")]
    [InlineData("6f1c0000-0000-4000-8000-0000000000zz")]
    [InlineData("")]
    public async Task Find_IdThatIsNoId_IsUnknown(string id)
    {
        using var home = new TranscriptHome();

        Assert.Null(await home.Store.FindAsync(id, CancellationToken.None));
    }
}
