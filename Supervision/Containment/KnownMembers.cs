namespace Sidecar.Supervision.Containment;

/// <summary>
/// The members of a tree that were seen once. A process that cleared its environment and lost its parent can be told by nothing else any more.
/// Bounded, and emptied of the dead at each look.
/// </summary>
internal sealed class KnownMembers(ProcessIdentity leader, ProcessMarker marker)
{
    /// <summary>Beyond this the marker alone must do.</summary>
    internal const int Capacity = 4096;

    private readonly Lock _gate = new();
    private HashSet<ProcessIdentity> _seen = [];

    /// <summary>All living members, those seen earlier, <paramref name="others"/> and their descendants included.</summary>
    public List<ProcessEntry> In(ProcessSnapshot snapshot, IReadOnlyCollection<ProcessIdentity>? others = null)
    {
        lock (_gate)
        {
            var members = snapshot.TreeOf(new HashSet<ProcessIdentity>(_seen.Concat(others ?? [])) { leader }, marker, since: leader.StartedAt);
            _seen = [.. members.Take(Capacity).Select(member => member.Identity)];
            return members;
        }
    }
}
