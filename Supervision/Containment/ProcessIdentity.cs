using System.ComponentModel;
using System.Diagnostics;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// Names one run of a process. A process id alone can be reused by another program, so nothing is ever signalled by it.
/// </summary>
/// <param name="ProcessId">The operating system's id.</param>
/// <param name="StartedAt">
/// On Linux the start time in clock ticks since boot (field 22 of <c>/proc/pid/stat</c>, proc(5)); on macOS microseconds,
/// on Windows 100 ns, of UTC.
/// </param>
public readonly record struct ProcessIdentity(int ProcessId, long StartedAt)
{
    /// <summary>The identity of the process that now has this id, or null when there is none (a zombie counts as none).</summary>
    public static ProcessIdentity? Of(int processId)
    {
        if (ProcessTable.Current is { } table)
        {
            return table.Find(processId) is { IsDead: false } entry ? entry.Identity : null;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return new ProcessIdentity(processId, process.StartTime.ToUniversalTime().Ticks);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null; // it has ended, or may not be looked at: either way not ours to signal
        }
    }

    /// <summary>True while this very run exists.</summary>
    public bool IsAlive => Of(ProcessId) == this;
}
