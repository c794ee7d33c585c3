using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Rewriting;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>Each step of a launch, and each place where a crash can interrupt it.</summary>
public sealed class PlaceholderLaunchTests
{
    private const string Aside = TranscriptLocation.AsideExtension;

    [Fact]
    public async Task SetAside_Placeholder_FreesTheNameAndStaysListed()
    {
        using var home = new TranscriptHome();
        await home.ScanAsync();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);

        await home.Store.SetAsidePlaceholderAsync(id, CancellationToken.None);

        Assert.False(File.Exists(home.PathOf(id)));
        Assert.True(File.Exists(home.PathOf(id, Aside)));
        Assert.Equal("plan", Assert.Single(await home.ListAsync()).PermissionMode);
        Assert.Equal(home.PathOf(id, Aside), (await home.Store.FindAsync(id, CancellationToken.None))?.Path);
    }

    [Fact]
    public async Task SetAside_TranscriptWithMessages_StaysWhereItIs()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("real"));

        await home.Store.SetAsidePlaceholderAsync(TranscriptHome.Id, CancellationToken.None);

        Assert.True(File.Exists(home.PathOf(TranscriptHome.Id)));
        Assert.False(File.Exists(home.PathOf(TranscriptHome.Id, Aside)));
    }

    [Fact]
    public async Task Append_WhileSetAside_GoesToTheFileThatCounts()
    {
        using var home = new TranscriptHome();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        await home.Store.SetAsidePlaceholderAsync(id, CancellationToken.None);

        await home.Store.AppendCustomTitleAsync(id, "Named early", CancellationToken.None);
        Assert.False(File.Exists(home.PathOf(id)));

        home.Write(id, TranscriptHome.User("hello"));
        await home.Store.AppendMetaAsync(id, home.WorkDir, new SessionMetaChange { PermissionMode = "default" }, CancellationToken.None);

        var facts = await home.Store.FindAsync(id, CancellationToken.None);
        Assert.NotNull(facts);
        Assert.Equal(home.PathOf(id), facts.Path);
        Assert.Equal(("Named early", "default", 1), (facts.Title, facts.PermissionMode, facts.MessageCount));
    }

    [Fact]
    public async Task Settle_CliWroteATranscript_MetadataMovesIntoItAndKeepsItsOrder()
    {
        using var home = new TranscriptHome();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        await home.Store.AppendCustomTitleAsync(id, "Named early", CancellationToken.None);
        await home.Store.SetAsidePlaceholderAsync(id, CancellationToken.None);
        home.Write(id, TranscriptHome.User("hello"));
        await home.Store.AppendMetaAsync(id, home.WorkDir, new SessionMetaChange { PermissionMode = "acceptEdits" }, CancellationToken.None);

        await home.Store.SettlePlaceholderAsync(id, CancellationToken.None);

        Assert.False(File.Exists(home.PathOf(id, Aside)));
        Assert.StartsWith(TranscriptHome.User("hello") + "\n", File.ReadAllText(home.PathOf(id)), StringComparison.Ordinal);
        var facts = await home.Store.FindAsync(id, CancellationToken.None);
        Assert.NotNull(facts);
        Assert.Equal(("Named early", "acceptEdits", home.WorkDir, 1), (facts.Title, facts.PermissionMode, facts.WorkDir, facts.MessageCount));
    }

    [Fact]
    public async Task Settle_CliWroteNothing_ThePlaceholderGetsItsNameBack()
    {
        using var home = new TranscriptHome();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        var before = File.ReadAllText(home.PathOf(id));
        await home.Store.SetAsidePlaceholderAsync(id, CancellationToken.None);

        await home.Store.SettlePlaceholderAsync(id, CancellationToken.None);

        Assert.Equal(before, File.ReadAllText(home.PathOf(id)));
        Assert.False(File.Exists(home.PathOf(id, Aside)));
    }

    [Theory]
    [InlineData(false)] // crashed while the CLI had written nothing
    [InlineData(true)] // crashed after it had, perhaps between our append and our delete
    public async Task SettleAll_LeftByACrash_LosesNothing(bool cliWrote)
    {
        using var home = new TranscriptHome();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        await home.Store.SetAsidePlaceholderAsync(id, CancellationToken.None);
        if (cliWrote)
        {
            home.Write(id, TranscriptHome.User("hello"), File.ReadAllLines(home.PathOf(id, Aside))[1]);
        }

        using var restarted = new Restarted(home);
        await restarted.Store.SettlePlaceholdersAsync(home.Discovery.FindAll(), CancellationToken.None);

        Assert.False(File.Exists(home.PathOf(id, Aside)));
        var facts = await restarted.Store.FindAsync(id, CancellationToken.None);
        Assert.NotNull(facts);
        Assert.Equal(("plan", cliWrote ? 1 : 0), (facts.PermissionMode, facts.MessageCount));
    }

    [Fact]
    public async Task Delete_WhileSetAside_RemovesBothFiles()
    {
        using var home = new TranscriptHome();
        await home.ScanAsync();
        var id = await home.Store.CreateAsync(home.WorkDir, "plan", CancellationToken.None);
        await home.Store.SetAsidePlaceholderAsync(id, CancellationToken.None);
        home.Write(id, TranscriptHome.User("hello"));

        Assert.True(await home.Store.DeleteAsync(id, CancellationToken.None));

        Assert.Empty(Directory.GetFiles(home.Project));
        Assert.Empty(await home.ListAsync());
    }

    /// <summary>The same files under a process that has just started.</summary>
    private sealed class Restarted(TranscriptHome home) : IDisposable
    {
        private readonly TranscriptHome _other = new();

        public TranscriptStore Store => new(_other.Catalog, home.Discovery, home.Root, new RewriteSteps(), home.Time);

        public void Dispose() => _other.Dispose();
    }
}
