using System.Diagnostics;
using System.Runtime.InteropServices;
using Sidecar.ServiceDefaults.Telemetry;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Status;

/// <summary>What this process costs, cheap enough to be asked every second.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Memory">What it holds.</param>
/// <param name="ThreadPool">How busy it is.</param>
/// <param name="Scheduling">How late it runs what is due.</param>
/// <param name="UptimeMs">Milliseconds since it began.</param>
/// <param name="NodeVersion">For clients of servers that run on Node: always null, as is the next.</param>
/// <param name="BunVersion">The same for Bun.</param>
/// <param name="Platform">As Node names it: <c>linux</c>, <c>darwin</c> or <c>win32</c>.</param>
/// <param name="Arch">As Node names it: <c>x64</c>, <c>arm64</c> and so on.</param>
/// <param name="ConfigDir">Where the agent CLI keeps its files.</param>
internal sealed record DiagnosticsStatus(
    int Pid,
    MemoryStatus Memory,
    ThreadPoolStatus ThreadPool,
    SchedulingStatus Scheduling,
    long UptimeMs,
    string? NodeVersion,
    string? BunVersion,
    string Platform,
    string Arch,
    string ConfigDir)
{
    public static DiagnosticsStatus Now(TimeProvider time, SchedulingLatency latency, TranscriptRoot root)
    {
        using var self = Process.GetCurrentProcess();
        return new DiagnosticsStatus(
            Environment.ProcessId,
            MemoryStatus.Now(self),
            ThreadPoolStatus.Now(),
            new SchedulingStatus(latency.Longest.TotalMilliseconds, latency.Overdue.TotalMilliseconds),
            (long)(time.GetUtcNow() - self.StartTime.ToUniversalTime()).TotalMilliseconds,
            NodeVersion: null,
            BunVersion: null,
            OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
            RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            root.ConfigDirectory);
    }
}

/// <param name="ResidentBytes">What the system counts.</param>
/// <param name="ManagedBytes">Objects, including those that are not needed any more and not yet collected.</param>
/// <param name="CommittedBytes">What the collector has taken from the system, as of the last collection.</param>
/// <param name="Rss">The same as <paramref name="ResidentBytes"/>, under the name that clients know.</param>
/// <param name="HeapUsed">The same as <paramref name="ManagedBytes"/>.</param>
/// <param name="HeapTotal">The same as <paramref name="CommittedBytes"/>.</param>
internal sealed record MemoryStatus(long ResidentBytes, long ManagedBytes, long CommittedBytes, long Rss, long HeapUsed, long HeapTotal)
{
    public static MemoryStatus Now(Process self)
    {
        var (resident, managed, committed) =
            (self.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false), GC.GetGCMemoryInfo().TotalCommittedBytes);
        return new MemoryStatus(resident, managed, committed, resident, managed, committed);
    }
}

/// <param name="Threads">Threads of the pool.</param>
/// <param name="Queued">Work that waits for one of them.</param>
internal sealed record ThreadPoolStatus(int Threads, long Queued)
{
    public static ThreadPoolStatus Now() => new(ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);
}

/// <param name="LongestDelayMs">The longest time, in the last five minutes, between due and run of a timer or a work item of the pool.</param>
/// <param name="OverdueMs">How long what is due now has waited.</param>
internal sealed record SchedulingStatus(double LongestDelayMs, double OverdueMs);
