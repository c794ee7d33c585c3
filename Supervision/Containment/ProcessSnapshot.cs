using System.Collections.Concurrent;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// One look at all processes, for any number of trees: a scan of <c>/proc</c> costs milliseconds, so it is taken once and shared.
/// A tree is the descendants of its leader by parent links, and every process that carries its marker, which finds those that were orphaned or
/// moved to a session of their own.
/// </summary>
public sealed class ProcessSnapshot
{
    // The links are a snapshot of a moving system; the count keeps a cycle made by a reused id from looping.
    private const int DeepestLink = 64;

    private readonly IProcessTable? _table;
    private readonly Dictionary<int, ProcessEntry> _all = [];
    private readonly HashSet<int> _protected;
    private readonly ConcurrentDictionary<(int ProcessId, string Name), string?> _markers = new();

    internal ProcessSnapshot(IProcessTable? table)
    {
        _table = table;
        foreach (var entry in table?.Read() ?? [])
        {
            _all[entry.Identity.ProcessId] = entry;
        }

        _protected = SelfAndAncestors(table);
    }

    /// <summary>All that live, without this process and its ancestors, which are never anybody's to end.</summary>
    internal IEnumerable<ProcessEntry> Living => _all.Values.Where(entry => !entry.IsDead && !_protected.Contains(entry.Identity.ProcessId));

    /// <summary>Looks at the processes of this machine. Empty where the system does not show them.</summary>
    public static ProcessSnapshot Take() => new(ProcessTable.Current);

    /// <summary>
    /// All living members of a tree: <paramref name="roots"/>, whoever descends from one of them, and whoever carries the marker and is not older
    /// than <paramref name="since"/>. Without a marker by parent links alone. Of the <see cref="Living"/> ones.
    /// </summary>
    internal List<ProcessEntry> TreeOf(IReadOnlySet<ProcessIdentity> roots, ProcessMarker? marker, long since) =>
    [
        .. Living.Where(entry => IsUnder(roots, entry)
            || (marker is not null && entry.Identity.StartedAt >= since && MarkerOf(entry.Identity.ProcessId, marker.Name) == marker.Value)),
    ];

    /// <summary>All living descendants of this process.</summary>
    internal List<ProcessIdentity> OwnDescendants() => _all.TryGetValue(Environment.ProcessId, out var self)
        ? [.. Living.Where(entry => IsUnder(new HashSet<ProcessIdentity> { self.Identity }, entry)).Select(entry => entry.Identity)]
        : [];

    /// <summary>Whether a process is one of <paramref name="roots"/> or descends from one of them.</summary>
    internal bool IsUnder(IReadOnlySet<ProcessIdentity> roots, ProcessEntry entry)
    {
        for (var i = 0; i < DeepestLink; i++)
        {
            if (roots.Contains(entry.Identity))
            {
                return true;
            }

            // The links were not read in one moment. A parent that is younger than its child has been given the id of the real one.
            if (!_all.TryGetValue(entry.ParentId, out var parent) || parent.Identity.StartedAt > entry.Identity.StartedAt)
            {
                return false;
            }

            entry = parent;
        }

        return false;
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
