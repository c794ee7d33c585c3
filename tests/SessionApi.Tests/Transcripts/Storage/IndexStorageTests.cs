using System.Runtime.Versioning;
using Microsoft.Data.Sqlite;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.Tests.SessionApi.Transcripts.Storage;

/// <summary>What happens when the index cannot be used as it is: the list is right all the same.</summary>
public sealed class IndexStorageTests
{
    [Theory]
    [InlineData("noise")]
    [InlineData("half")]
    [InlineData("middle")]
    public async Task Start_DamagedFile_IsSetAsideAndBuiltAnew(string damage)
    {
        using var home = await StoredHomeAsync();
        var files = new IndexFiles(home.Root);
        File.WriteAllText(files.Damaged, "of an earlier time");
        var bytes = File.ReadAllBytes(files.Database);
        var noise = new byte[bytes.Length];
        new Random(7).NextBytes(noise);
        File.WriteAllBytes(files.Database, damage switch
        {
            "noise" => noise,
            "half" => bytes[..(bytes.Length / 2)],
            _ => [.. bytes[..4096], .. noise[4096..]],
        });

        using (var run = await IndexRun.StartAsync(home))
        {
            Assert.Equal(await ListWithoutIndexAsync(home), await run.ListAsync());
            Assert.Contains("is damaged", Assert.Single(run.Warnings), StringComparison.Ordinal);
            await run.FlushAsync();
            Assert.Equal(IndexStorageKind.Used, run.State.Kind);
        }

        Assert.NotEqual("of an earlier time".Length, new FileInfo(files.Damaged).Length);
        await AssertNothingIsReadAsync(home);
    }

    [Fact]
    public async Task Flush_DamagedFileAndNothingIsReadYet_ForgetsNoTranscript()
    {
        using var home = await StoredHomeAsync();
        var total = (await ListWithoutIndexAsync(home)).Count;
        File.WriteAllText(new IndexFiles(home.Root).Database, new string('x', 5000));
        using var run = new IndexRun(home);
        await run.LoadAsync(home);

        await run.FlushAsync();

        var reading = run.Catalog.ReadAsync(CancellationToken.None).AsTask();
        home.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(total, (await reading).Total);
    }

    [Fact]
    public async Task Start_FlippedBitInAValue_ReadsThatTranscriptAgain()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("a title to be spoiled"));
        home.Write(TranscriptHome.OtherId, TranscriptHome.User("other"));
        await IndexRun.PassAsync(home);
        var database = new IndexFiles(home.Root).Database;
        var bytes = File.ReadAllBytes(database);
        bytes[bytes.AsSpan().IndexOf("to be spoiled"u8)] ^= 1;
        File.WriteAllBytes(database, bytes);

        using var run = await IndexRun.StartAsync(home);

        Assert.Contains(await run.ListAsync(), row => row.Contains("a title to be spoiled", StringComparison.Ordinal));
        Assert.Equal(1, run.Reads);
    }

    [Fact]
    public async Task Start_NewerSchema_LeavesTheFileAsItIs()
    {
        using var home = await StoredHomeAsync();
        var files = new IndexFiles(home.Root);
        Execute(files.Database, "PRAGMA user_version = 99; DROP TABLE transcripts");
        var bytes = File.ReadAllBytes(files.Database);

        using (var run = await IndexRun.StartAsync(home))
        {
            home.Time.Advance(IndexStorage.RetryInterval);
            await run.FlushAsync();
            Assert.Equal(await ListWithoutIndexAsync(home), await run.ListAsync());
            Assert.Equal(IndexStorageKind.NewerSchema, run.State.Kind);
            Assert.Contains("schema 99", Assert.Single(run.Warnings), StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(files.Database));
    }

    [Fact]
    public async Task Start_AnotherRunHoldsTheLock_KeepsNoneUntilItIsGone()
    {
        using var home = await StoredHomeAsync();
        var first = await IndexRun.StartAsync(home);

        using (var second = await IndexRun.StartAsync(home))
        {
            Assert.Equal(await first.ListAsync(), await second.ListAsync());
            Assert.Equal(IndexStorageKind.UsedElsewhere, second.State.Kind);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Contains($"process {Environment.ProcessId}, started", Assert.Single(second.Warnings), StringComparison.Ordinal);
            }

            home.Write(TranscriptHome.Id, TranscriptHome.User("written meanwhile"));
            await second.Catalog.ScanOnceAsync(CancellationToken.None);
            first.Dispose();
            await second.FlushAsync();
            Assert.Equal(IndexStorageKind.UsedElsewhere, second.State.Kind);

            home.Time.Advance(IndexStorage.RetryInterval);
            await second.FlushAsync();
            Assert.Equal(IndexStorageKind.Used, second.State.Kind);
        }

        await AssertNothingIsReadAsync(home);
    }

    [Fact]
    public async Task Flush_FolderCannotBeMade_IsToldOnceAndTriedAgain()
    {
        using var home = new TranscriptHome();
        home.CopyCorpus("current");
        var folder = new IndexFiles(home.Root).Directory;
        File.WriteAllText(folder, "a file in the folder's place");

        using (var run = await IndexRun.StartAsync(home))
        {
            await run.FlushAsync();
            home.Time.Advance(IndexStorage.RetryInterval);
            await run.FlushAsync();
            Assert.Equal(IndexStorageKind.Unavailable, run.State.Kind);
            Assert.Contains("cannot be kept", Assert.Single(run.Warnings), StringComparison.Ordinal);

            File.Delete(folder);
            await run.FlushAsync();
            Assert.False(Directory.Exists(folder), "It is tried again at its pace.");
            home.Time.Advance(IndexStorage.RetryInterval);
            await run.FlushAsync();
            Assert.Equal(IndexStorageKind.Used, run.State.Kind);
        }

        await AssertNothingIsReadAsync(home);
    }

    [Fact]
    public async Task Flush_FilesDeletedWhileInUse_WritesThemAnew()
    {
        using var home = await StoredHomeAsync();
        using (var run = await IndexRun.StartAsync(home))
        {
            Directory.Delete(run.Files.Directory, recursive: true);
            await run.FlushAsync();
        }

        await AssertNothingIsReadAsync(home);
    }

    [Fact]
    public async Task Flush_NothingToKeep_MakesNoFolder()
    {
        using var home = new TranscriptHome();
        using var run = await IndexRun.StartAsync(home);

        await run.FlushAsync();

        Assert.False(Directory.Exists(run.Files.Directory));
    }

    [Fact]
    public async Task Flush_SwitchedOff_MakesNoFolder()
    {
        using var home = new TranscriptHome();
        home.CopyCorpus("current");
        using var run = await IndexRun.StartAsync(home, persist: false);

        await run.FlushAsync();

        Assert.False(Directory.Exists(run.Files.Directory));
        Assert.Equal(IndexStorageKind.Off, run.State.Kind);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Flush_Files_AreForTheirOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        using var home = new TranscriptHome();
        home.CopyCorpus("current");
        using var run = await IndexRun.StartAsync(home);

        await run.FlushAsync();

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(run.Files.Directory));
        Assert.All(Directory.GetFiles(run.Files.Directory), file => Assert.Equal(owner, File.GetUnixFileMode(file)));
        Assert.Equal(4, Directory.GetFiles(run.Files.Directory).Length);
    }

    private static async Task<TranscriptHome> StoredHomeAsync()
    {
        var home = new TranscriptHome();
        home.CopyCorpus("current");
        await IndexRun.PassAsync(home);
        return home;
    }

    private static async Task AssertNothingIsReadAsync(TranscriptHome home)
    {
        var expected = await ListWithoutIndexAsync(home);
        using var run = await IndexRun.StartAsync(home);
        Assert.Equal(expected, await run.ListAsync());
        Assert.Equal(0, run.Reads);
    }

    private static async Task<IReadOnlyList<string>> ListWithoutIndexAsync(TranscriptHome home)
    {
        using var run = await IndexRun.StartAsync(home, persist: false);
        return await run.ListAsync();
    }

    private static void Execute(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
