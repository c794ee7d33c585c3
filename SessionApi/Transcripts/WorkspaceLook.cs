using System.Text;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>One look at the file system for a workspace. It may hang for as long as a network drive does.</summary>
internal static class WorkspaceLook
{
    private const string WorktreeMarker = "/.claude/worktrees/";

    public static Workspace At(WorkspaceKey key)
    {
        // "~/app" and "C:\app" name no directory here; taken as relative they would mean something below our own directory.
        if (!CanExist(key.WorkDir))
        {
            return Unknown(key);
        }

        try
        {
            return Find(key);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Unknown(key);
        }
    }

    /// <summary>What can be said without looking.</summary>
    public static Workspace Unknown(WorkspaceKey key) => new(CutAtMarker(Start(key)), WorkDirExists: false, "missing");

    private static Workspace Find(WorkspaceKey key)
    {
        var exists = Directory.Exists(key.WorkDir);
        var root = CanExist(Start(key)) ? ProjectRoot(Start(key)) : CutAtMarker(Start(key));
        if (exists)
        {
            return new Workspace(root, WorkDirExists: true, "available");
        }

        var isWorktree = key.WorkDir == key.WorktreePath || key.WorkDir.Replace('\\', '/').Contains(WorktreeMarker, StringComparison.Ordinal);
        var isRemovedWorktree = isWorktree && root != key.WorkDir && Directory.Exists(root);
        return new Workspace(root, WorkDirExists: false, isRemovedWorktree ? "worktree_removed" : "missing");
    }

    private static string Start(WorkspaceKey key) => key.WorktreeOriginalCwd ?? key.RepositoryRoot ?? key.WorkDir;

    private static bool CanExist(string path) => Path.IsPathFullyQualified(path) && !path.Contains('\0');

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
