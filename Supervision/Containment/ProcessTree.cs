using System.Runtime.Versioning;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// Finds what belongs to a child: its descendants by parent links, and every process that carries its marker, which finds those
/// that were orphaned or moved to a session of their own.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class ProcessTree
{
    /// <summary>All living members, the leader included. Never this process or one of its ancestors.</summary>
    public static List<ProcessIdentity> Find(ProcessIdentity leader, ProcessMarker marker)
    {
        var all = new Dictionary<int, ProcStat>();
        foreach (var id in ProcFs.ProcessIds())
        {
            if (ProcFs.TryReadStat(id, out var stat))
            {
                all[id] = stat;
            }
        }

        var protectedIds = SelfAndAncestors();
        var members = new List<ProcessIdentity>();
        foreach (var (id, stat) in all)
        {
            if (!stat.IsDead && !protectedIds.Contains(id) && Belongs(id, stat))
            {
                members.Add(new ProcessIdentity(id, stat.StartedAt));
            }
        }

        return members;

        bool Belongs(int id, ProcStat stat) =>
            new ProcessIdentity(id, stat.StartedAt) == leader
            || DescendsFrom(all, stat, leader)
            || (stat.StartedAt >= leader.StartedAt && ProcFs.HasEnvironment(id, marker.Name, marker.Value));
    }

    private static bool DescendsFrom(Dictionary<int, ProcStat> all, ProcStat stat, ProcessIdentity leader)
    {
        // The links are a snapshot of a moving system; the count keeps a cycle made by a reused id from looping.
        for (var i = 0; i < 64 && all.TryGetValue(stat.ParentId, out var parent); i++)
        {
            if (stat.ParentId == leader.ProcessId && parent.StartedAt == leader.StartedAt)
            {
                return true;
            }

            stat = parent;
        }

        return false;
    }

    /// <summary>This process and those above it, which are never anybody's to end.</summary>
    internal static HashSet<int> SelfAndAncestors()
    {
        var ids = new HashSet<int>();
        for (var id = Environment.ProcessId; id > 0 && ids.Add(id) && ProcFs.TryReadStat(id, out var stat);)
        {
            id = stat.ParentId;
        }

        return ids;
    }
}
