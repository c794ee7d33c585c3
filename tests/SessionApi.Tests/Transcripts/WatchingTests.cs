using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Watching;
using Sidecar.Tests.SessionApi.Sessions;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>What others do to the files is in the list, with sweeps an hour apart.</summary>
public sealed class WatchingTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly (string, string) NoWatch = ("Sidecar:Sessions:MaxWatches", "0");
    private static readonly (string, string) OneWatch = ("Sidecar:Sessions:MaxWatches", "1");
    private static readonly (string, string) QuickSweep = ("Sidecar:Sessions:UnwatchedSweepInterval", "00:00:00.100");

    [Fact]
    public async Task Watch_AnotherProcessAppends_IsListed()
    {
        await using var server = new SessionServer();
        var path = server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var client = server.CreateClient();
        await SeeAsync(client, rows => rows is [{ } row] && Count(row) == 1);

        for (var i = 2; i < 6; i++)
        {
            File.AppendAllText(path, TranscriptHome.Assistant("more") + "\n");
            await SeeAsync(client, rows => rows is [{ } row] && Count(row) == i);
        }
    }

    [Fact]
    public async Task Watch_FilesAreCreatedRenamedAndDeleted_AreListedAsTheyAre()
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var client = server.CreateClient();
        await SeeAsync(client, rows => rows.Count == 1);

        var other = server.Home.Write(TranscriptHome.OtherId, TranscriptHome.User("two"));
        await SeeAsync(client, rows => rows.Count == 2);

        File.Move(other, server.Home.PathOf("moved"));
        await SeeAsync(client, rows => rows.Select(Id).Order().SequenceEqual([TranscriptHome.Id, "moved"]));

        File.Delete(server.Home.PathOf("moved"));
        await SeeAsync(client, rows => rows.Select(Id).SequenceEqual([TranscriptHome.Id]));

        var replacement = Path.Combine(server.Home.Base, "replacement");
        File.WriteAllText(replacement, TranscriptHome.User("another") + "\n");
        File.Move(replacement, server.Home.PathOf(TranscriptHome.Id), overwrite: true);
        await SeeAsync(client, rows => rows is [{ } row] && row.GetProperty("title").GetString() == "another");
    }

    [Fact]
    public async Task Watch_ProjectDirectoriesComeMoveAndGo_AreFollowed()
    {
        await using var server = new SessionServer();
        using var client = server.CreateClient();
        await SeeAsync(client, rows => rows.Count == 0);

        var path = server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        await SeeAsync(client, rows => rows.Count == 1);
        File.AppendAllText(path, TranscriptHome.Assistant("two") + "\n");
        await SeeAsync(client, rows => rows is [{ } row] && Count(row) == 2);

        var moved = Path.Combine(server.Home.Config, "projects", "-moved");
        Directory.Move(server.Home.Project, moved);
        await SeeAsync(client, rows => rows is [{ } row] && row.GetProperty("projectPath").GetString() == "-moved");
        File.AppendAllText(Path.Combine(moved, TranscriptHome.Id + ".jsonl"), TranscriptHome.Assistant("three") + "\n");
        await SeeAsync(client, rows => rows is [{ } row] && Count(row) == 3);

        Directory.Delete(moved, recursive: true);
        await SeeAsync(client, rows => rows.Count == 0);
    }

    [Fact]
    public async Task Watch_FoldersBelowAProject_TakeNoWatches()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere one watch covers all.");
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        for (var i = 0; i < 20; i++)
        {
            Directory.CreateDirectory(Path.Combine(server.Home.Project, $"session-{i}", "subagents"));
        }

        using var client = server.CreateClient();
        await SeeAsync(client, rows => rows.Count == 1);

        var status = await client.GetJsonAsync("/api/status/index");
        Assert.Equal(2, status.GetProperty("watches").GetProperty("used").GetInt32());
        Assert.Equal(0, status.GetProperty("watches").GetProperty("unwatched").GetInt32());
    }

    [Fact]
    public async Task Watch_MoreDirectoriesThanWatches_TheOthersAreSwept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere one watch covers all.");
        await using var server = new SessionServer(OneWatch, QuickSweep);
        var path = server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var client = server.CreateClient();
        await SeeAsync(client, rows => rows.Count == 1);

        File.AppendAllText(path, TranscriptHome.Assistant("two") + "\n");
        await SeeAsync(client, rows => rows is [{ } row] && Count(row) == 2);
        File.Delete(path);
        await SeeAsync(client, rows => rows.Count == 0);

        var watches = (await client.GetJsonAsync("/api/status/index")).GetProperty("watches");
        var unwatched = Assert.Single(watches.GetProperty("unwatchedDirectories").EnumerateArray());
        Assert.Equal((server.Home.Project, "limit"), (unwatched.GetProperty("path").GetString(), unwatched.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task Watch_ChangesWereLost_EverythingIsLookedAt()
    {
        await using var server = new SessionServer(NoWatch);
        var path = server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var client = server.CreateClient();
        await SeeAsync(client, rows => rows.Count == 1);

        File.AppendAllText(path, TranscriptHome.Assistant("two") + "\n");
        server.Services.GetRequiredService<TouchedTranscripts>().Overflow();

        await SeeAsync(client, rows => rows is [{ } row] && Count(row) == 2);
    }

    [Fact]
    public async Task Touch_MoreTranscriptsThanPlaces_IsOneOverflow()
    {
        using var home = new TranscriptHome();
        var touched = new TouchedTranscripts(home.Metrics, home.Time);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < TouchedTranscripts.Capacity; i++)
            {
                touched.Touch(new TranscriptLocation(home.Project, $"{i}"));
            }
        }

        touched.Touch(new TranscriptLocation(home.Project, "one too many"));
        touched.Touch(new TranscriptLocation(home.Project, "another one"));
        var touches = await touched.TakeAsync(CancellationToken.None);

        Assert.True(touches.HasOverflowed);
        Assert.Empty(touches.Transcripts);
        Assert.Equal(1, touched.Overflows);
    }

    [Fact]
    public async Task Write_WhileWatchAndSweepRun_IsInTheVeryNextList()
    {
        await using var server = new SessionServer(("Sidecar:Sessions:SweepInterval", "00:00:00.100"), QuickSweep);
        var path = server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using var client = server.CreateClient();
        await SeeAsync(client, rows => rows.Count == 1);
        var store = server.Services.GetRequiredService<TranscriptStore>();
        using var stop = new CancellationTokenSource();
        var appending = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                AppendOnlyFile.Append(path, "{}\n"u8);
            }
        });

        for (var i = 0; i < 200; i++)
        {
            await store.AppendCustomTitleAsync(TranscriptHome.Id, $"title {i}", CancellationToken.None);
            var row = Assert.Single(await RowsAsync(client));
            Assert.Equal($"title {i}", row.GetProperty("title").GetString());
        }

        await stop.CancelAsync();
        await appending;
    }

    [Fact]
    public async Task FollowAll_DirectoryComesBehindTheListing_IsToldOf()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere one watch covers all directories.");
        using var home = new TranscriptHome();
        var touched = new TouchedTranscripts(home.Metrics, home.Time);
        using var watched = new WatchedDirectories(home.Root, touched, home.Metrics, Options.Create(new SessionCatalogOptions()));

        watched.FollowAll(() =>
        {
            var listed = home.Discovery.ProjectDirectories();
            Directory.CreateDirectory(home.Project);
            return listed;
        });

        var touches = await touched.TakeAsync(CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal(home.Project, Assert.Single(touches.Directories));
    }

    [Fact]
    public void Add_DirectoryWasJustMoved_IsWatchedByItsNewName()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is about inotify.");
        using var home = new TranscriptHome();
        using var watch = InotifyWatch.TryOpen(home.Root.ProjectsDirectory, new TouchedTranscripts(home.Metrics, home.Time));
        var directory = Directory.CreateDirectory(home.Project).FullName;
        Assert.Null(watch!.Add(directory));

        // Many times: the reader of the events must be behind.
        for (var i = 0; i < 500; i++)
        {
            var moved = $"{home.Project}-{i}";
            Directory.Move(directory, moved);
            Assert.Null(watch.Add(moved));
            directory = moved;
        }
    }

    [Fact]
    public async Task RecursiveWatch_FilesChange_AreToldOf()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        var touched = new TouchedTranscripts(home.Metrics, home.Time);
        using var watch = new RecursiveWatch(home.Root.ProjectsDirectory, touched);
        Assert.Null(watch.Add(home.Root.ProjectsDirectory));

        File.AppendAllText(path, "{}\n");

        var touches = await touched.TakeAsync(CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);
        Assert.Equal(new TranscriptLocation(home.Project, TranscriptHome.Id), Assert.Single(touches.Transcripts.Keys));
    }

    private static int Count(JsonElement row) => row.GetProperty("messageCount").GetInt32();

    private static string? Id(JsonElement row) => row.GetProperty("id").GetString();

    private static async Task<List<JsonElement>> RowsAsync(HttpClient client) =>
        [.. (await client.GetJsonAsync("/api/sessions")).GetProperty("sessions").EnumerateArray()];

    private static Task SeeAsync(HttpClient client, Func<List<JsonElement>, bool> isSo) =>
        WaitFor.True(async () => isSo(await RowsAsync(client)), Deadline, "the list shows it");
}
