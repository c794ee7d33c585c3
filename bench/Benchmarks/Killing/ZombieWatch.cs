using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Killing;

/// <summary>
/// Zombies of a system: a zombie has no environment, so those of the system are known because they were seen alive, because their parent was, or
/// because they are new, have a name of ours, and belong to the process that inherits orphans.
/// </summary>
internal sealed class ZombieWatch
{
    private static readonly HashSet<string> Names = ["AppHost", "SessionApi", "SidecarWorker", "FakeAgent", "sleep", "sh", "setsid", "setpriv"];

    private readonly HashSet<ProcessRun> _before = [.. ProcFs.Zombies().Select(zombie => zombie.Run)];
    private readonly HashSet<ProcessRun> _seen = [];
    private readonly HashSet<int> _seenIds = [];

    public void See(IEnumerable<ProcessRun> runs)
    {
        foreach (var run in runs)
        {
            _seen.Add(run);
            _seenIds.Add(run.Id);
        }
    }

    public int Count() => ProcFs.Zombies().Count(zombie =>
        _seen.Contains(zombie.Run)
        || _seenIds.Contains(zombie.Parent)
        || (zombie.Parent == 1 && Names.Contains(zombie.Name) && !_before.Contains(zombie.Run)));
}
