using System.Runtime.Versioning;
using Sidecar.Supervision.Containment;

namespace Sidecar.Supervision.Reaping;

/// <summary>
/// Ends what an earlier life left behind: processes whose marker names an owner that is not alive any more, and what descends from them. For the
/// start of a program, before new work begins, and for a guard. Nothing of another namespace, of a living owner or above ourselves is ever touched.
/// </summary>
public sealed class OrphanReaper
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(25);

    private readonly string _markerName;
    private readonly TimeProvider _time;
    private readonly IProcessTable? _table;
    private readonly Func<ProcessIdentity, Signal, bool>? _send;

    /// <param name="markerName">The variable of the markers.</param>
    /// <param name="time">The clock.</param>
    public OrphanReaper(string markerName, TimeProvider time)
        : this(markerName, time, ProcessTable.Current, OperatingSystem.IsWindows() ? null : Signals.Send)
    {
    }

    internal OrphanReaper(string markerName, TimeProvider time, IProcessTable? table, Func<ProcessIdentity, Signal, bool>? send) =>
        (_markerName, _time, _table, _send) = (markerName, time, table, send);

    /// <summary>How long orphans may take to end in order after SIGTERM.</summary>
    /// <value>The default value is zero: SIGKILL at once.</value>
    public TimeSpan Grace { get; init; }

    /// <summary>Ends all orphans and waits until they are gone.</summary>
    /// <returns>How many there were; none where the system does not show them.</returns>
    public async Task<int> ReapAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows() || _table is null || _send is null)
        {
            return 0;
        }

        var reaped = new HashSet<ProcessIdentity>();
        var started = _time.GetTimestamp();
        while (Strike(_table, _send, reaped, isAsking: _time.GetElapsedTime(started) < Grace) && _time.GetElapsedTime(started) < Grace + Patience)
        {
            await Task.Delay(LookInterval, _time, cancellationToken);
        }

        return reaped.Count;
    }

    [UnsupportedOSPlatform("windows")]
    private bool Strike(IProcessTable table, Func<ProcessIdentity, Signal, bool> send, HashSet<ProcessIdentity> reaped, bool isAsking)
    {
        if (isAsking)
        {
            var orphans = FindOrphans(table);
            orphans.Where(reaped.Add).ToList().ForEach(orphan => send(orphan, Signal.Terminate));
            return orphans.Count > 0;
        }

        var found = new FrozenKill(() => FindOrphans(table), send).Strike();
        reaped.UnionWith(found);
        return found.Count > 0;
    }

    private List<ProcessIdentity> FindOrphans(IProcessTable table)
    {
        // The identities come first: what is read of a process afterwards is of the same run, or the signal is not sent.
        var snapshot = new ProcessSnapshot(table);
        var space = ProcessOwner.Current().Namespace;
        var orphans = new HashSet<ProcessIdentity>();
        var others = new HashSet<ProcessIdentity>();
        foreach (var (identity, _, _, _, _) in snapshot.Living)
        {
            if (ProcessOwner.Of(snapshot.MarkerOf(identity.ProcessId, _markerName)) is { } owner)
            {
                // Looked at again: an owner can be younger than the look at all processes.
                var isOrphan = owner.Namespace == space && !(table.Find(owner.Identity.ProcessId) is { IsDead: false } alive && alive.Identity == owner.Identity);
                (isOrphan ? orphans : others).Add(identity);
            }
        }

        return [.. snapshot.LivingUnder(orphans).Where(identity => !others.Contains(identity))];
    }
}
