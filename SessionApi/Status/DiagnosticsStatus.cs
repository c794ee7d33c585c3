using System.Diagnostics;

namespace Sidecar.SessionApi.Status;

/// <summary>What this process costs, cheap enough to be asked every second.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Memory">What it holds.</param>
/// <param name="ThreadPool">How busy it is.</param>
/// <param name="UptimeMs">Milliseconds since it began.</param>
internal sealed record DiagnosticsStatus(int Pid, MemoryStatus Memory, ThreadPoolStatus ThreadPool, long UptimeMs)
{
    public static DiagnosticsStatus Now(TimeProvider time)
    {
        using var self = Process.GetCurrentProcess();
        return new DiagnosticsStatus(
            Environment.ProcessId,
            new MemoryStatus(self.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false), GC.GetGCMemoryInfo().TotalCommittedBytes),
            ThreadPoolStatus.Now(),
            (long)(time.GetUtcNow() - self.StartTime.ToUniversalTime()).TotalMilliseconds);
    }
}

/// <param name="ResidentBytes">What the system counts.</param>
/// <param name="ManagedBytes">Objects, including those that are not needed any more and not yet collected.</param>
/// <param name="CommittedBytes">What the collector has taken from the system, as of the last collection.</param>
internal sealed record MemoryStatus(long ResidentBytes, long ManagedBytes, long CommittedBytes);

/// <param name="Threads">Threads of the pool.</param>
/// <param name="Queued">Work that waits for one of them.</param>
internal sealed record ThreadPoolStatus(int Threads, long Queued)
{
    public static ThreadPoolStatus Now() => new(ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);
}
