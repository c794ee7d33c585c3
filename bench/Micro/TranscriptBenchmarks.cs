using BenchmarkDotNet.Attributes;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.Micro;

/// <summary>What indexing does with each line, step by step: find it, see what it is, take from it what the list shows.</summary>
public class TranscriptBenchmarks
{
    [Benchmark]
    public long LineSplit()
    {
        var total = 0L;
        foreach (var file in Corpus.Files)
        {
            for (ReadOnlySpan<byte> rest = file; Next(ref rest, out var line);)
            {
                total += line.Length;
            }
        }

        return total;
    }

    [Benchmark]
    public long Classify()
    {
        var total = 0L;
        foreach (var file in Corpus.Files)
        {
            for (ReadOnlySpan<byte> rest = file; Next(ref rest, out var line);)
            {
                var position = 0;
                while (TranscriptLine.Scan(line, ref position, out var entry) != LineScan.End)
                {
                    total += entry.Type.Length;
                }
            }
        }

        return total;
    }

    [Benchmark]
    public long Fold()
    {
        var total = 0L;
        foreach (var file in Corpus.Files)
        {
            var fold = new TranscriptFold();
            for (ReadOnlySpan<byte> rest = file; Next(ref rest, out var line);)
            {
                fold.Fold(line);
            }

            total += fold.MessageCount;
        }

        return total;
    }

    private static bool Next(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var feed = rest.IndexOf((byte)'\n');
        line = feed < 0 ? default : rest[..feed];
        rest = feed < 0 ? default : rest[(feed + 1)..];
        return feed >= 0;
    }
}
