using System.Globalization;
using Sidecar.Supervision.Limits;

namespace Sidecar.Supervision.Containment;

/// <summary>The control group of one child. Every failure is silent: the tree is also found, limited and killed without it.</summary>
internal sealed class Cgroup : IDisposable
{
    // The kernel counts threads, and we count processes: this is only to stop what goes up without end.
    private const int ThreadsPerProcess = 32;

    private readonly string _folder;

    /// <param name="folder">An existing group.</param>
    /// <param name="limits">What it may use; a limit of zero is none.</param>
    public Cgroup(string folder, TreeLimits? limits)
    {
        _folder = folder;
        if (limits?.MaxProcesses > 0)
        {
            TryWrite("pids.max", (long)limits.MaxProcesses * ThreadsPerProcess);
        }

        if (limits?.HardMemoryBytes > 0)
        {
            TryWrite("memory.max", Math.Min(limits.HardMemoryBytes, long.MaxValue / 2) / 4 * 5); // behind the limit that is watched, whose end comes with a reason
        }
    }

    /// <summary>Whether the system does not let us, as opposed to a mistake of ours.</summary>
    public static bool IsRefused(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Moves a process here; what it starts from then on is here too.</summary>
    public bool TryAdd(int processId) => TryWrite("cgroup.procs", processId);

    /// <summary>Who is here now.</summary>
    public IReadOnlyList<ProcessIdentity> Members()
    {
        try
        {
            return
            [
                .. File.ReadLines(Path.Combine(_folder, "cgroup.procs"))
                    .Select(line => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? ProcessIdentity.Of(id) : null)
                    .OfType<ProcessIdentity>(),
            ];
        }
        catch (Exception exception) when (IsRefused(exception))
        {
            return [];
        }
    }

    /// <summary>Kills all that are here at one stroke, even when they fork (Linux 5.14).</summary>
    public bool Kill() => TryWrite("cgroup.kill", 1);

    /// <summary>Removes the group. One that still has members stays until a later start.</summary>
    public void Dispose() => Remove(_folder);

    /// <summary>Removes a group, and leaves it when it has members.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception exception) when (IsRefused(exception))
        {
            // It is tried again at a later start.
        }
    }

    private bool TryWrite(string file, long value)
    {
        try
        {
            // Only what the kernel has put there: a file of ours would mean nothing.
            using var stream = new FileStream(Path.Combine(_folder, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture)));
            return true;
        }
        catch (Exception exception) when (IsRefused(exception))
        {
            return false;
        }
    }
}
