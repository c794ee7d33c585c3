using Sidecar.SessionApi.Access;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>What lies in a folder of a workspace.</summary>
internal static class WorkspaceFolder
{
    /// <summary>More entries are of no use in a tree.</summary>
    public const int MaxEntries = 10_000;

    // git's own folder is nobody's work.
    private const string GitFolder = ".git";

    /// <summary>Reads one folder, not those below it.</summary>
    public static WorkspaceTree Read(ContainedPath path, bool showsHidden, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path.Full))
        {
            return File.Exists(path.Full)
                ? new WorkspaceTree(WorkspaceState.Error, path.Relative, []) { Error = $"{path.Relative} is not a folder" }
                : new WorkspaceTree(WorkspaceState.Missing, path.Relative, []);
        }

        try
        {
            var found = new List<WorkspaceEntry>();
            foreach (var entry in new DirectoryInfo(path.Full).EnumerateFileSystemInfos())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.Name == GitFolder || (!showsHidden && entry.Name.StartsWith('.')))
                {
                    continue;
                }

                found.Add(Describe(entry, path));
                if (found.Count > MaxEntries)
                {
                    break;
                }
            }

            var isCut = found.Count > MaxEntries;
            return new WorkspaceTree(
                WorkspaceState.Ok,
                path.Relative,
                [
                    .. found.Take(MaxEntries)
                        .OrderByDescending(entry => entry.IsDirectory)
                        .ThenBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase)
                        .ThenBy(entry => entry.Name, StringComparer.Ordinal),
                ])
            {
                Truncated = isCut ? true : null,
            };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new WorkspaceTree(WorkspaceState.Error, path.Relative, []) { Error = unreadable.Message };
        }
    }

    private static WorkspaceEntry Describe(FileSystemInfo entry, ContainedPath folder)
    {
        var isLink = entry.LinkTarget is not null;
        var isDirectory = isLink ? Directory.Exists(entry.FullName) : entry is DirectoryInfo;
        return new WorkspaceEntry(entry.Name, folder.Relative.Length == 0 ? entry.Name : $"{folder.Relative}/{entry.Name}", isDirectory, isLink);
    }
}
