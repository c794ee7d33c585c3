using Sidecar.Supervision.Containment;

namespace Sidecar.Supervision.Reaping;

/// <summary>
/// Ends what an earlier life left behind: processes whose marker names an owner that is not alive any more. For the start of a program, before
/// new work begins. Nothing without a marker, of another namespace or above ourselves is ever touched.
/// </summary>
/// <param name="markerName">The variable of the markers.</param>
/// <param name="time">The clock.</param>
public sealed class OrphanReaper(string markerName, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(25);

    /// <summary>Kills all orphans and waits until they are gone.</summary>
    /// <returns>How many there were; none where there is no <c>/proc</c>.</returns>
    public async Task<int> ReapAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || ProcessTable.Current is not { } table)
        {
            return 0;
        }

        var reaped = new HashSet<ProcessIdentity>();
        var started = time.GetTimestamp();
        while (FindOrphans(table) is { Count: > 0 } orphans && time.GetElapsedTime(started) < Patience)
        {
            foreach (var orphan in orphans)
            {
                Signals.Send(orphan, Signal.Kill);
                reaped.Add(orphan);
            }

            await Task.Delay(LookInterval, time, cancellationToken);
        }

        return reaped.Count;
    }

    private List<ProcessIdentity> FindOrphans(IProcessTable table)
    {
        var current = ProcessOwner.Current();
        var ours = ProcessSnapshot.SelfAndAncestors(table);
        var orphans = new List<ProcessIdentity>();
        foreach (var (identity, _, isDead, _, _) in table.Read())
        {
            // The identity comes first: what is read of the process afterwards is of the same run, or the signal is not sent.
            if (!isDead
                && !ours.Contains(identity.ProcessId)
                && ProcessOwner.Of(table.EnvironmentValue(identity.ProcessId, markerName)) is { } owner
                && owner.Namespace == current.Namespace
                && !owner.Identity.IsAlive)
            {
                orphans.Add(identity);
            }
        }

        return orphans;
    }
}
