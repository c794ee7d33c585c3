using System.Collections.Concurrent;
using System.Text;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Resolves workspaces and remembers them, so that a list request asks no file system. Sessions share few directories; what
/// no session names any more is forgotten at the next sweep, so the memory is bounded by the sessions.
/// </summary>
internal sealed class WorkspaceResolver
{
    private const string WorktreeMarker = "/.claude/worktrees/";

    // A sweep looks again at this many directories and goes round, so that its cost does not grow with the history.
    private const int MaxRefreshedPerSweep = 256;

    private readonly ConcurrentDictionary<WorkspaceKey, Workspace> _known = new();
    private readonly Queue<WorkspaceKey> _due = new();

    /// <summary>How many workspaces are remembered.</summary>
    public int Count => _known.Count;

    public Workspace Resolve(WorkspaceKey key) => _known.GetOrAdd(key, Look);

    /// <summary>Looks again at some of the directories in use. True when one of them changed.</summary>
    public bool Refresh(IReadOnlySet<WorkspaceKey> inUse)
    {
        foreach (var (key, _) in _known)
        {
            if (!inUse.Contains(key))
            {
                _known.TryRemove(key, out _);
            }
        }

        if (_due.Count == 0)
        {
            foreach (var (key, _) in _known)
            {
                _due.Enqueue(key);
            }
        }

        var changed = false;
        for (var i = 0; i < MaxRefreshedPerSweep && _due.TryDequeue(out var key); i++)
        {
            var now = Look(key);
            if (_known.TryGetValue(key, out var before) && before != now && _known.TryUpdate(key, now, before))
            {
                changed = true;
            }
        }

        return changed;
    }

    private static Workspace Look(WorkspaceKey key)
    {
        var exists = Directory.Exists(key.WorkDir);
        var root = ProjectRoot(key.WorktreeOriginalCwd ?? key.RepositoryRoot ?? key.WorkDir);
        if (exists)
        {
            return new Workspace(root, WorkDirExists: true, "available");
        }

        var isWorktree = key.WorkDir == key.WorktreePath || key.WorkDir.Replace('\\', '/').Contains(WorktreeMarker, StringComparison.Ordinal);
        var isRemovedWorktree = isWorktree && root != key.WorkDir && Directory.Exists(root);
        return new Workspace(root, WorkDirExists: false, isRemovedWorktree ? "worktree_removed" : "missing");
    }

    private static string ProjectRoot(string start)
    {
        var real = RealPath.Resolve(start).Normalize(NormalizationForm.FormC);
        if (Directory.Exists(real))
        {
            return GitRoot.Of(real) ?? CutAtMarker(real);
        }

        var cut = CutAtMarker(real);
        return cut != real && Directory.Exists(cut) ? GitRoot.Of(cut) ?? cut : cut;
    }

    private static string CutAtMarker(string path)
    {
        var marker = path.Replace('\\', '/').IndexOf(WorktreeMarker, StringComparison.Ordinal);
        return marker > 0 ? path[..marker] : path;
    }
}
