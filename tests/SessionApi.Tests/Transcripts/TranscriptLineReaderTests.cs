using System.Text;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Tests.SessionApi.Transcripts;

public sealed class TranscriptLineReaderTests
{
    [Fact]
    public async Task Read_CarriageReturnsAndTornTail_GivesWholeLinesOnly()
    {
        using var home = new TranscriptHome();
        var path = home.WriteBytes(TranscriptHome.Id, "one\r\ntwo\n\nthr"u8.ToArray());

        var (lines, position, tail, _) = await ReadAsync(path);

        Assert.Equal(["one", "two", ""], lines);
        Assert.Equal("one\r\ntwo\n\n".Length, position);
        Assert.Equal("thr", tail);
    }

    [Fact]
    public async Task Read_LineOf20Megabytes_IsOneLine()
    {
        using var home = new TranscriptHome();
        var path = home.WriteBytes(TranscriptHome.Id, [.. "a\n"u8, .. Filled(20_000_000), .. "\nb\n"u8]);

        var (lines, _, _, oversized) = await ReadAsync(path);

        Assert.Equal([1, 20_000_000, 1], lines.Select(line => line.Length));
        Assert.Equal(0, oversized);
    }

    [Fact]
    public async Task Read_LineOverTheLimit_IsSkippedAndCounted()
    {
        using var home = new TranscriptHome();
        var path = home.WriteBytes(TranscriptHome.Id, [.. "a\n"u8, .. Filled(TranscriptLineReader.MaxLineBytes + 1000), .. "\nb\n"u8]);

        var (lines, position, _, oversized) = await ReadAsync(path);

        Assert.Equal(["a", "b"], lines);
        Assert.Equal(1, oversized);
        Assert.Equal(new FileInfo(path).Length, position);
    }

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)'x');
        return bytes;
    }

    private static async Task<(List<string> Lines, long Position, string Tail, int Oversized)> ReadAsync(string path)
    {
        using var file = TranscriptLineReader.Open(path);
        using var reader = new TranscriptLineReader(file, offset: 0);
        var lines = new List<string>();
        while (await reader.FillAsync(CancellationToken.None))
        {
            while (reader.TryTakeLine(out var line))
            {
                lines.Add(Encoding.UTF8.GetString(line.Span));
            }
        }

        return (lines, reader.Position, Encoding.UTF8.GetString(reader.Tail.Span), reader.OversizedLines);
    }
}
