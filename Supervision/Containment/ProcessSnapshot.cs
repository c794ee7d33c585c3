namespace Sidecar.Supervision.Containment;

/// <summary>
/// One look at all processes, for any number of trees: a scan of <c>/proc</c> costs milliseconds, so it is taken once and shared.
/// A tree is the descendants of its leader by parent links, and every process that carries its marker, which finds those that were orphaned or
/// moved to a session of their own. Not for concurrent use.
/// </summary>
public sealed class ProcessSnapshot
{
    // The links are a snapshot of a moving system; the count keeps a cycle made by a reused id from looping.
    private const int DeepestLink = 64;

    private readonly IProcessTable? _table;
    private readonly Dictionary<int, ProcessEntry> _all = [];
    private readonly HashSet<int> _protected;
    private readonly Dictionary<(int ProcessId, string Name), string?> _markers = [];

    internal ProcessSnapshot(IProcessTable? table)
    {
        _table = table;
        foreach (var entry in table?.Read() ?? [])
        {
            _all[entry.Identity.ProcessId] = entry;
        }

        _protected = SelfAndAncestors(table);
    }

    /// <summary>Looks at the processes of this machine. Empty where the system does not show them.</summary>
    public static ProcessSnapshot Take() => new(ProcessTable.Current);

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

    /// <summary>
    /// All living members of a tree, the leader included; without a marker by parent links alone. Never this process or one of its ancestors.
    /// </summary>
    internal List<ProcessEntry> TreeOf(ProcessIdentity leader, ProcessMarker? marker = null)
    {
        var members = new List<ProcessEntry>();
        foreach (var entry in _all.Values)
        {
            if (!entry.IsDead && !_protected.Contains(entry.Identity.ProcessId) && Belongs(entry, leader, marker))
            {
                members.Add(entry);
            }
        }

        return members;
    }

    private bool Belongs(in ProcessEntry entry, ProcessIdentity leader, ProcessMarker? marker) =>
        entry.Identity == leader
        || DescendsFrom(entry, leader)
        || (marker is not null
            && entry.Identity.StartedAt >= leader.StartedAt
            && MarkerOf(entry.Identity.ProcessId, marker.Name) == marker.Value);

    private bool DescendsFrom(ProcessEntry entry, ProcessIdentity leader)
    {
        for (var i = 0; i < DeepestLink && _all.TryGetValue(entry.ParentId, out var parent); i++)
        {
            if (parent.Identity == leader)
            {
                return true;
            }

            entry = parent;
        }

        return false;
    }

    private string? MarkerOf(int processId, string name)
    {
        if (!_markers.TryGetValue((processId, name), out var value))
        {
            _markers[(processId, name)] = value = _table?.EnvironmentValue(processId, name);
        }

        return value;
    }
}
