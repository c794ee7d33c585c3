using System.ComponentModel;
using System.Diagnostics;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// Ends a tree that somebody else started: there is no marker, so it is the process and its descendants by parent links. What we start
/// ourselves is a <see cref="ContainedProcess"/>.
/// </summary>
public static class ProcessTree
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Kills the process that has this id now and all its descendants, and waits until they are gone.</summary>
    /// <param name="processId">The root. This process and those above it are never killed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>True when nothing of the tree is left.</returns>
    public static async Task<bool> KillAsync(int processId, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ProcessIdentity.Of(processId) is not { } root)
        {
            return true;
        }

        if (ProcessSnapshot.SelfAndAncestors(ProcessTable.Current).Contains(processId))
        {
            return false;
        }

        var started = time.GetTimestamp();
        var members = new HashSet<ProcessIdentity> { root };
        while (time.GetElapsedTime(started) < Patience)
        {
            // A member may have had a child just before it was killed, so each look begins at all that are known.
            members.UnionWith(ProcessSnapshot.Take().TreeOf(members, marker: null, since: 0).Select(entry => entry.Identity));
            var alive = members.Where(member => member.IsAlive).ToList();
            if (alive.Count == 0)
            {
                return true;
            }

            alive.ForEach(Kill);
            await Task.Delay(LookInterval, time, cancellationToken);
        }

        return !members.Any(member => member.IsAlive);
    }

    private static void Kill(ProcessIdentity member)
    {
        if (ProcessTable.Current is not null && !OperatingSystem.IsWindows())
        {
            Signals.Send(member, Signal.Kill);
            return;
        }

        try
        {
            using var process = Process.GetProcessById(member.ProcessId);
#pragma warning disable RS0030 // Where trees are not found by looking at processes, the runtime's walk is what there is.
            process.Kill(entireProcessTree: true);
#pragma warning restore RS0030
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile, or it may not be killed: the caller looks.
        }
    }
}
