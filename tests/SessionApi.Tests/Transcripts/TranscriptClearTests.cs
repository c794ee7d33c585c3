using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class TranscriptClearTests
{
    private const string Meta =
        """{"type":"session-meta","isMeta":true,"workDir":"/w","repository":{"repoRoot":"/r","branch":"b"},"permissionMode":"plan","runtimeProviderId":null,"runtimeModelId":"m","effortLevel":"high"}""";

    [Fact]
    public async Task Clear_Conversation_KeepsWhatIsSaidAboutTheSessionAndNothingElse()
    {
        using var home = new TranscriptHome();
        home.Write(
            TranscriptHome.Id,
            Meta,
            TranscriptHome.User("one"),
            """{"type":"custom-title","customTitle":"Old"}""",
            """{"type":"custom-title","customTitle":"Mine"}""",
            """{"type":"ai-title","aiTitle":"Guessed"}""",
            TranscriptHome.Assistant("two"));

        Assert.True(await home.Store.ClearAsync(TranscriptHome.Id, uuid: null, CancellationToken.None));

        var lines = File.ReadAllLines(home.PathOf(TranscriptHome.Id));
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("""{"type":"file-history-snapshot",""", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            """{"type":"session-meta","isMeta":true,"workDir":"/w","repository":{"repoRoot":"/r","branch":"b"},"permissionMode":"plan","runtimeProviderId":null,"runtimeModelId":"m","effortLevel":"high","timestamp":"2026-05-01T12:00:00.000Z"}""",
            lines[1]);
        Assert.Equal("""{"type":"custom-title","customTitle":"Mine"}""", lines[2]);
        Assert.Equal([home.PathOf(TranscriptHome.Id)], Directory.GetFiles(home.Project));
    }

    [Fact]
    public async Task Clear_Conversation_IsInTheNextListAndInTheFacts()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one", more: $",\"cwd\":\"{home.WorkDir}\""), TranscriptHome.Assistant("two"));
        Assert.Equal(("one", 2), (Assert.Single(await home.ScanAsync()).Title, (await home.Store.FindAsync(TranscriptHome.Id, CancellationToken.None))!.MessageCount));

        await home.Store.ClearAsync(TranscriptHome.Id, uuid: null, CancellationToken.None);

        Assert.Equal(TranscriptFacts.UntitledSession, Assert.Single(await home.ListAsync()).Title);
        var facts = await home.Store.FindAsync(TranscriptHome.Id, CancellationToken.None);
        Assert.Equal((0, home.WorkDir, false), (facts!.TranscriptMessageCount, facts.WorkDir, facts.HasRuntimeProvider));
    }

    [Fact]
    public async Task Clear_ModeOfTheFile_StaysAsItWas()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            File.SetUnixFileMode(path, Mode);

            await home.Store.ClearAsync(TranscriptHome.Id, uuid: null, CancellationToken.None);

            Assert.Equal(Mode, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task Clear_PlaceholderThatWasSetAside_IsBackUnderItsName()
    {
        using var home = new TranscriptHome();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        await home.Store.SetAsidePlaceholderAsync(id, CancellationToken.None);

        Assert.True(await home.Store.ClearAsync(id, uuid: null, CancellationToken.None));

        Assert.Equal([home.PathOf(id)], Directory.GetFiles(home.Project));
        Assert.Equal("plan", (await home.Store.FindAsync(id, CancellationToken.None))!.PermissionMode);
    }

    [Fact]
    public async Task Clear_CannotBeWritten_LeavesTheTranscriptAsItWas()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        Directory.CreateDirectory(path + ".clear.tmp"); // where the new file would be written

        await Assert.ThrowsAnyAsync<Exception>(() => home.Store.ClearAsync(TranscriptHome.Id, uuid: null, CancellationToken.None));

        Assert.Equal(TranscriptHome.User("one") + "\n", File.ReadAllText(path));
    }

    [Fact]
    public async Task Clear_UnknownSession_IsSaid()
    {
        using var home = new TranscriptHome();

        Assert.False(await home.Store.ClearAsync(TranscriptHome.OtherId, uuid: null, CancellationToken.None));
    }
}
