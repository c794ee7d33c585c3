using System.Diagnostics;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// The children that we have started ourselves, for whose exit codes a <see cref="Process"/> waits. Lives on <see cref="SpawnThread"/>, so that
/// no start is under way while it is asked.
/// </summary>
internal sealed class StartedChildren
{
    private readonly HashSet<ProcessIdentity> _waitedFor = [];

    /// <summary>Remembers a child that was just started, and names it.</summary>
    public ProcessIdentity Add(int processId, IProcessTable? table)
    {
        // A child that is gone before it could be looked at has an identity that is never alive.
        var identity = (table is null ? ProcessIdentity.Of(processId) : table.Find(processId)?.Identity) ?? new ProcessIdentity(processId, -1);
        _waitedFor.Add(identity);
        return identity;
    }

    /// <summary>Forgets a child whose exit code is known.</summary>
    public void Remove(ProcessIdentity child) => _waitedFor.Remove(child);

    /// <summary>Those of our dead children that we did not start but inherited: nobody else collects them.</summary>
    public IEnumerable<ProcessIdentity> Inherited(IProcessTable table) =>
        from entry in table.Read()
        where entry.IsDead && entry.ParentId == Environment.ProcessId && !_waitedFor.Contains(entry.Identity)
        select entry.Identity;
}

/// <summary>A child that we have started.</summary>
/// <param name="Process">Waits for its exit code.</param>
/// <param name="Identity">Which run of which process it is.</param>
internal readonly record struct StartedChild(Process Process, ProcessIdentity Identity);
