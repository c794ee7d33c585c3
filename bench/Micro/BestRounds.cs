using System.Diagnostics;

namespace Sidecar.Micro;

/// <summary>
/// The same measurements for a machine that others use too: each file is gone through many times, and the fastest round of each counts. A round is
/// shorter than what a busy machine interrupts.
/// </summary>
internal static class BestRounds
{
    private const int Rounds = 40;

    public static void Run()
    {
        var benchmarks = new TranscriptBenchmarks();
        Measure(nameof(benchmarks.LineSplit), benchmarks.LineSplit);
        Measure(nameof(benchmarks.Classify), benchmarks.Classify);
        Measure(nameof(benchmarks.Fold), benchmarks.Fold);
    }

    private static void Measure(string name, Func<long> run)
    {
        var all = Corpus.Files;
        var best = 0.0;
        var allocated = long.MaxValue;
        var total = Corpus.Bytes;
        foreach (var file in all)
        {
            Corpus.Only(file);
            var fastest = double.MaxValue;
            for (var round = 0; round < Rounds; round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var started = Stopwatch.GetTimestamp();
                run();
                fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(started).TotalNanoseconds);
                allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            best += fastest;
        }

        Corpus.Only([.. all]);
        Console.WriteLine($"{name}: {total / best:0.00} GB/s, {total / 1_000_000} MB; least allocated for a file: {allocated} bytes");
    }
}
