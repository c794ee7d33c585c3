using System.Buffers;
using System.Text;
using Sidecar.SidecarWorker.Agents;

namespace Sidecar.Tests.SidecarWorker.Agents;

public sealed class OutputLineReaderTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("one\ntwo\nthree\n", 1000)]
    [InlineData("one\ntwo\nthree\n", 1)]
    [InlineData("one\ntwo\nthree\n", 4)]
    [InlineData("one\ntwo\nthree\n", 5)]
    [InlineData("one\ntwo\nthree", 1000)]
    [InlineData("one\ntwo\nthree", 3)]
    public async Task Read_LinesSplitOverReads_AreWhole(string text, int bytesPerRead) =>
        Assert.Equal([("one", 3), ("two", 3), ("three", 5)], await ReadAsync(Encoding.UTF8.GetBytes(text), bytesPerRead));

    [Fact]
    public async Task Read_CarriageReturnsAndEmptyLines_ArePassedOn() =>
        Assert.Equal([("a\r", 2), ("", 0), ("b", 1)], await ReadAsync("a\r\n\nb\n"u8.ToArray(), 2));

    [Fact]
    public async Task Read_EmptyStream_HasNoLine() => Assert.Empty(await ReadAsync([], 10));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_LineOverTheLimit_IsCutAndReportedWithItsLength(bool hasEnd)
    {
        var text = "before\n" + new string('x', 100_000) + (hasEnd ? "\nafter\n" : "");

        var lines = await ReadAsync(Encoding.UTF8.GetBytes(text), 4096, limit: 50_000);

        Assert.Equal(("before", 6), lines[0]);
        Assert.Equal((new string('x', 2048), 100_000), lines[1]);
        Assert.Equal(hasEnd ? [("after", 5)] : [], lines[2..]);
    }

    [Fact]
    public async Task Read_SeveralLinesOverTheLimit_EachHasItsOwnBeginning()
    {
        var text = new string('a', 60_000) + "\n" + new string('b', 70_000) + "\nc\n";

        Assert.Equal(
            [(new string('a', 2048), 60_000), (new string('b', 2048), 70_000), ("c", 1)],
            await ReadAsync(Encoding.UTF8.GetBytes(text), 1000, limit: 50_000));
    }

    /// <summary>In pieces of 256 bytes there are 80,000 reads: searched from its start each time, the line would take most of an hour.</summary>
    [Fact]
    public async Task Read_LineOf20Megabytes_IsReadInLinearTime()
    {
        var text = new byte[20 * 1024 * 1024];
        Array.Fill(text, (byte)'x');
        text[^1] = (byte)'\n';
        long length = 0;

        await new OutputLineReader(new PiecewiseStream(text, 256), 64 * 1024 * 1024).ReadAsync(
            (line, _) =>
            {
                length += line.Length;
                return ValueTask.CompletedTask;
            },
            CancellationToken.None).WaitAsync(Deadline, TimeProvider.System);

        Assert.Equal(text.Length - 1, length);
    }

    [Fact]
    public async Task Read_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        var reading = new OutputLineReader(new System.IO.Pipelines.Pipe().Reader.AsStream(), 1000)
            .ReadAsync((_, _) => ValueTask.CompletedTask, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Deadline, TimeProvider.System));
    }

    private static async Task<List<(string Text, long Length)>> ReadAsync(byte[] text, int bytesPerRead, long limit = 1_000_000)
    {
        var lines = new List<(string, long)>();
        await new OutputLineReader(new PiecewiseStream(text, bytesPerRead), limit).ReadAsync(
            (line, length) =>
            {
                lines.Add((Encoding.UTF8.GetString(line.ToArray()), length));
                return ValueTask.CompletedTask;
            },
            CancellationToken.None);
        return lines;
    }

    /// <summary>Gives its bytes a few at a time, as a pipe does.</summary>
    private sealed class PiecewiseStream(byte[] bytes, int bytesPerRead) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, bytesPerRead)], cancellationToken);
    }
}
