using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

/// <summary>Alone, because it counts what the whole process allocates.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;

[Collection(nameof(RunsAlone))]
public sealed class HugeLineTests
{
    private const int PartBytes = 1_000_000;
    private const long MaxAllocatedBytes = 16 * 1024 * 1024;

    [Fact]
    public async Task Read_LineOf200Megabytes_TakesNoRoomAndIsRight()
    {
        using var home = new TranscriptHome();
        var path = home.Write(TranscriptHome.Id, TranscriptHome.User("The prompt"));
        WriteHugeLine(path, parts: 200);
        File.AppendAllText(path, TranscriptHome.Assistant("after", "2026-04-03T00:00:00.000Z") + "\n");
        var file = new TranscriptFile(new TranscriptLocation(home.Project, TranscriptHome.Id));
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await file.UpdateAsync(CancellationToken.None);

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated < MaxAllocatedBytes, $"{allocated} bytes were allocated");
        Assert.Equal(3, file.Fold!.MessageCount);
        Assert.Equal(0, file.Fold.CorruptLines);
        Assert.Equal("The prompt", file.Fold.Title);
        Assert.Equal("2026-04-03T00:00:00.000Z", file.Fold.ModifiedAt);
        Assert.Equal("/huge", file.Fold.Cwd);
    }

    // The type and the rest come behind the content, as the CLI writes them.
    private static void WriteHugeLine(string path, int parts)
    {
        using var file = new FileStream(path, FileMode.Append);
        file.Write("""{"message":{"role":"assistant","content":[{"type":"text","text":" """u8);
        var part = new byte[PartBytes];
        part.AsSpan().Fill((byte)'x');
        for (var i = 0; i < parts; i++)
        {
            file.Write(part);
        }

        file.Write("""
            "}]},"type":"assistant","cwd":"/huge","timestamp":"2026-04-02T00:00:00.000Z"}
            """u8);
        file.Write("\n"u8);
    }
}
