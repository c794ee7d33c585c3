using System.Runtime.CompilerServices;

namespace Sidecar.SessionApi.Files;

/// <summary>Something that a walk came by.</summary>
/// <param name="Path">From the folder that the walk began in, with slashes.</param>
/// <param name="IsDirectory">Whether it is a folder. A link is none: it is named, and not followed.</param>
internal readonly record struct WalkedEntry(string Path, bool IsDirectory)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>Goes through all that lies below a folder, level by level, so that what is near comes first.</summary>
internal static class FolderWalk
{
    // What tools keep for themselves: large, and nothing that a person looks for by name.
    private static readonly HashSet<string> Skipped = new(StringComparer.Ordinal) { ".git", ".hg", ".svn", "node_modules" };

    /// <summary>Walks. A folder that cannot be read is stepped over.</summary>
    /// <param name="root">An existing folder.</param>
    /// <param name="showsHidden">Whether names that begin with a dot count.</param>
    /// <param name="maxVisited">After so many entries it ends.</param>
    /// <param name="isCut">Set when it ended for that reason.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static IEnumerable<WalkedEntry> Through(
        string root, bool showsHidden, int maxVisited, StrongBox<bool> isCut, CancellationToken cancellationToken)
    {
        var visited = 0;
        var folders = new Queue<string>(); // holds no more than were visited
        folders.Enqueue("");
        while (folders.TryDequeue(out var folder))
        {
            foreach (var (name, isDirectory) in In(Path.Combine(root, folder)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (++visited > maxVisited)
                {
                    isCut.Value = true;
                    yield break;
                }

                if (Skipped.Contains(name) || (!showsHidden && name.StartsWith('.')))
                {
                    continue;
                }

                var path = folder.Length == 0 ? name : $"{folder}/{name}";
                yield return new WalkedEntry(path, isDirectory);
                if (isDirectory)
                {
                    folders.Enqueue(path);
                }
            }
        }
    }

    private static List<(string Name, bool IsDirectory)> In(string folder)
    {
        try
        {
            return
            [
                .. new DirectoryInfo(folder).EnumerateFileSystemInfos()
                    .Select(entry => (entry.Name, entry is DirectoryInfo && (entry.Attributes & FileAttributes.ReparsePoint) == 0))
                    .OrderBy(entry => entry.Name, StringComparer.Ordinal),
            ];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
