using System.Diagnostics.Metrics;
using System.Runtime;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sidecar.Supervision.Memory;

/// <summary>
/// Gives memory back after work. The collector runs when something is allocated, so a process that has become quiet keeps what its busiest
/// moment needed; this notices the quiet and collects. The pauses fall into a time in which nothing happens.
/// </summary>
internal sealed partial class MemoryTrimming(IMeterFactory meters, TimeProvider time, ILogger<MemoryTrimming> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // A server that only answers probes allocates less than this in an interval; one that streams a single turn allocates more.
    private const long QuietBytes = 2 * 1024 * 1024;

    // Quiet intervals after which it collects. Pooled arrays leave one by one, each when it was not used for a minute and the collector runs;
    // on a small and idle heap that costs milliseconds.
    private const int Rounds = 24;

    private long _allocated;
    private int _quietRounds;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        NativeMemory.AddTo(meters);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Round();
        }
    }

    private void Round()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        _quietRounds = allocated - _allocated < QuietBytes ? _quietRounds + 1 : 0;
        _allocated = allocated;
        if (_quietRounds is 0 or > Rounds)
        {
            return;
        }

        var before = Environment.WorkingSet;
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            _ = NativeHeap.Trim();
            _ = ProgramPages.GiveBack();
        }

        Log.Trimmed(logger, before / 1024, Environment.WorkingSet / 1024);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Gave memory back after work: {BeforeKibibytes} KiB before, {AfterKibibytes} KiB after.")]
        public static partial void Trimmed(ILogger logger, long beforeKibibytes, long afterKibibytes);
    }
}

/// <summary>The C library's heap: SQLite, TLS and the runtime itself allocate there.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives free pages back to the system. False where the C library has no such call.</summary>
    public static bool Trim()
    {
        try
        {
            return malloc_trim(0) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // musl frees at once
        }
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
