using System.Collections.Concurrent;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// One look at all processes, for any number of trees: a scan of <c>/proc</c> costs milliseconds, so it is taken once and shared.
/// A tree is the descendants of its leader by parent links, and every process that carries its marker, which finds those that were orphaned or
/// moved to a session of their own.
/// </summary>
public sealed class ProcessSnapshot
{
    private readonly IProcessTable? _table;
    private readonly Dictionary<int, ProcessEntry> _all = [];
    private readonly ProcessEntry[] _living;
    private readonly Lazy<ILookup<int, ProcessEntry>> _children;
    private readonly ConcurrentDictionary<(int ProcessId, string Name), string?> _markers = new();

    internal ProcessSnapshot(IProcessTable? table)
    {
        _table = table;
        foreach (var entry in table?.Read() ?? [])
        {
            _all[entry.Identity.ProcessId] = entry;
        }

        var above = SelfAndAncestors(table);
        _living = [.. _all.Values.Where(entry => !entry.IsDead && !above.Contains(entry.Identity.ProcessId))];
        _children = new Lazy<ILookup<int, ProcessEntry>>(() => _all.Values.ToLookup(entry => entry.ParentId));
    }

    /// <summary>All that live, without this process and its ancestors, which are never anybody's to end.</summary>
    internal IReadOnlyList<ProcessEntry> Living => _living;

    /// <summary>Looks at the processes of this machine. Empty where the system does not show them.</summary>
    public static ProcessSnapshot Take() => new(ProcessTable.Current);

    /// <summary>
    /// All living members of a tree: <paramref name="roots"/>, whoever descends from one of them, and whoever carries the marker and is not older
    /// than <paramref name="since"/>. Without a marker by parent links alone. Of the <see cref="Living"/> ones.
    /// </summary>
    internal List<ProcessEntry> TreeOf(IReadOnlySet<ProcessIdentity> roots, ProcessMarker? marker, long since)
    {
        var under = Under(roots);
        var members = new List<ProcessEntry>();
        foreach (var entry in _living)
        {
            if (under.Contains(entry.Identity)
                || (marker is not null && entry.Identity.StartedAt >= since && MarkerOf(entry.Identity.ProcessId, marker.Name) == marker.Value))
            {
                members.Add(entry);
            }
        }

        return members;
    }

    /// <summary>All living descendants of this process.</summary>
    internal List<ProcessIdentity> OwnDescendants() => _all.TryGetValue(Environment.ProcessId, out var self)
        ? [.. LivingUnder(new HashSet<ProcessIdentity> { self.Identity })]
        : [];

    /// <summary>All living ones that are one of <paramref name="roots"/> or descend from one of them.</summary>
    internal IEnumerable<ProcessIdentity> LivingUnder(IReadOnlySet<ProcessIdentity> roots)
    {
        var under = Under(roots);
        return _living.Select(entry => entry.Identity).Where(under.Contains);
    }

    /// <summary>
    /// The roots that there are and their descendants, the dead included. Many trees are looked for in one look, so that each costs only as much
    /// as it has members.
    /// </summary>
    private HashSet<ProcessIdentity> Under(IReadOnlySet<ProcessIdentity> roots)
    {
        var under = new HashSet<ProcessIdentity>();
        var next = new Stack<ProcessIdentity>(roots.Where(root => _all.TryGetValue(root.ProcessId, out var entry) && entry.Identity == root));
        while (next.TryPop(out var parent))
        {
            if (under.Add(parent))
            {
                // The links were not read in one moment. A parent that is younger than its child has been given the id of the real one.
                foreach (var child in _children.Value[parent.ProcessId].Where(child => child.Identity.StartedAt >= parent.StartedAt))
                {
                    next.Push(child.Identity);
                }
            }
        }

        return under;
    }

    /// <summary>The variable's value in the environment with which a process was started.</summary>
    internal string? MarkerOf(int processId, string name) =>
        _markers.GetOrAdd((processId, name), static (key, table) => table?.EnvironmentValue(key.ProcessId, key.Name), _table);

    /// <summary>This process and those above it, which are never anybody's to end.</summary>
    internal static HashSet<int> SelfAndAncestors(IProcessTable? table)
    {
        var ids = new HashSet<int>();
        for (var id = Environment.ProcessId; id > 0 && ids.Add(id) && table?.Find(id) is { } entry;)
        {
            id = entry.ParentId;
        }

        return ids;
    }
}
