using System.Diagnostics;
using System.Net.Sockets;
using Sidecar.SessionApi.Transcripts;
using Sidecar.Tests.SessionApi.Sessions;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>Whatever lies in a project directory becomes a row, a counted skip or a reported source; the list always answers.</summary>
public sealed class OddTranscriptsTests
{
    [Fact]
    public async Task Scan_ThingsThatAreNoFiles_AreCountedAndNotOpened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes and sockets are no files of a Windows folder.");
        using var home = new TranscriptHome();
        home.Write("listed", TranscriptHome.User("one"));
        Directory.CreateDirectory(home.PathOf("directory"));
        using (var mkfifo = Process.Start("mkfifo", [home.PathOf("pipe")]))
        {
            await mkfifo.WaitForExitAsync();
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(home.PathOf("s")));
        File.CreateSymbolicLink(home.PathOf("dangling"), home.PathOf("nothing"));
        File.CreateSymbolicLink(home.PathOf("loop"), home.PathOf("loop"));
        File.CreateSymbolicLink(home.PathOf("device"), "/dev/zero");
        File.CreateSymbolicLink(home.PathOf("inside"), home.PathOf("listed"));

        var rows = await home.ScanAsync();

        Assert.Equal(["inside", "listed"], rows.Select(row => row.Id).Order());
        var skipped = home.Catalog.Report().Skipped;
        Assert.Equal(3, skipped[SkipReason.NotAFile]);
        Assert.Equal(2, skipped[SkipReason.LinkLeadsNowhere]);
        Assert.Equal(1, skipped[SkipReason.LinkLeadsOut]);
    }

    [Fact]
    public async Task Scan_FileBecomesALinkThatLeadsOut_IsNotReadThroughIt()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        await home.ScanAsync();
        var secret = Path.Combine(home.Base, "secret");
        File.WriteAllText(secret, TranscriptHome.User("secret") + "\n");
        File.Delete(path);
        File.CreateSymbolicLink(path, secret);

        Assert.Empty(await home.ScanAsync());
    }

    [Fact]
    public async Task Scan_DirectoryBecomesALinkThatLeadsOut_IsNotReadThroughIt()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        await home.ScanAsync();
        var outside = Path.Combine(home.Base, "outside");
        Directory.Move(home.Project, outside);
        File.AppendAllText(Path.Combine(outside, TranscriptHome.Id + ".jsonl"), TranscriptHome.User("secret") + "\n");
        Directory.CreateSymbolicLink(home.Project, outside);

        Assert.Empty(await home.ScanAsync());
    }

    [Fact]
    public async Task Scan_FileReplacedByOneOfTheSameSizeAndTime_IsReadAgain()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the stamp has no inode.");
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("before"));
        await home.ScanAsync();
        var time = File.GetLastWriteTimeUtc(path);
        var other = home.Write("other", TranscriptHome.User("behind"));
        File.SetLastWriteTimeUtc(other, time);

        File.Move(other, path, overwrite: true);

        Assert.Equal("behind", Assert.Single(await home.ScanAsync()).Title);
    }

    [Fact]
    public async Task Scan_LineOf200Megabytes_IsSkippedAndCounted()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        using (var file = new FileStream(path, FileMode.Append))
        {
            // A hole in the file: its bytes are read, but do not lie on the disk.
            file.SetLength(file.Length + 200_000_000);
            file.Seek(0, SeekOrigin.End);
            file.Write("\n"u8);
        }

        File.AppendAllText(path, TranscriptHome.Assistant("two") + "\n");

        Assert.Equal(2, Assert.Single(await home.ScanAsync()).MessageCount);
        Assert.Equal(1, home.Catalog.Report().OversizedLines);
    }

    [Fact]
    public async Task Apply_DirectoryThatCannotBeRead_KeepsItsRowsAndSaysSo()
    {
        using var home = new TranscriptHome();
        home.Write(TranscriptHome.Id, TranscriptHome.User("one"));
        await home.ScanAsync();
        var unreadable = new FoundDirectory(home.Project, [], new Dictionary<SkipReason, int>(), "Permission denied");

        await home.Catalog.ApplyAsync(new Findings { IsWhole = true, Directories = [unreadable] }, CancellationToken.None);

        var view = await home.Catalog.ReadAsync(CancellationToken.None);
        Assert.Single(view.Snapshot.Rows);
        Assert.Equal((CatalogState.Degraded, 1, "DIRECTORY_UNREADABLE"), (view.Index.State, view.Index.DegradedSources, view.Index.LastErrorCode));
        Assert.Equal("Permission denied", Assert.Single(home.Catalog.Report().Failures).Error);

        await home.ScanAsync();
        Assert.Equal(CatalogState.Ready, (await home.Catalog.ReadAsync(CancellationToken.None)).Index.State);
    }

    [Fact]
    public async Task Status_Index_TellsCountsAndTheWorst()
    {
        await using var server = new SessionServer();
        server.Home.Write(TranscriptHome.Id, TranscriptHome.User("one"), "torn{", "torn{");
        server.Home.Write(TranscriptHome.OtherId, TranscriptHome.User("two"));
        Directory.CreateDirectory(server.Home.PathOf("directory"));
        using var client = server.CreateClient();
        await client.GetJsonAsync("/api/sessions?limit=400");

        var status = await client.GetJsonAsync("/api/status/index");

        Assert.Equal(("ready", 2, 2), (status.GetProperty("state").GetString(), status.GetProperty("sessions").GetInt32(), status.GetProperty("files").GetInt32()));
        Assert.Equal(2, status.GetProperty("corruptLines").GetInt32());
        Assert.Equal(1, status.GetProperty("skipped").GetProperty("not_a_file").GetInt32());
        var worst = Assert.Single(status.GetProperty("worst").GetProperty("mostCorruptLines").EnumerateArray());
        Assert.Equal(server.Home.PathOf(TranscriptHome.Id), worst.GetProperty("path").GetString());
        Assert.Equal(2, status.GetProperty("worst").GetProperty("largest").GetArrayLength());
    }
}
