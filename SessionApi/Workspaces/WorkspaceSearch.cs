using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Files;
using Sidecar.SessionApi.Git;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>Finds files and folders of a workspace by a piece of their path.</summary>
internal sealed class WorkspaceSearch(GitFiles git, FileReads files, IOptions<FolderOptions> options)
{
    public const int MaxResults = 200;

    /// <summary>Searches below a folder. In a repository what git ignores is left out, elsewhere what is hidden.</summary>
    public async Task<WorkspaceMatches> FindAsync(ContainedPath folder, string query, int max, CancellationToken cancellationToken)
    {
        if (!await files.RunAsync(_ => Directory.Exists(folder.Full), cancellationToken))
        {
            return new WorkspaceMatches(WorkspaceState.Missing, query, []);
        }

        var known = await git.ListAsync(folder.Full, cancellationToken);
        return await files.RunAsync(
            token =>
            {
                var isListCut = new StrongBox<bool>(known is { IsCut: true });
                var entries = known is { } listed
                    ? WithFolders(listed.Paths)
                    : FolderWalk.Through(folder.Full, showsHidden: false, options.Value.MaxVisited, isListCut, token);
                var found = NameSearch.Find(entries, query, max, out var isCut);
                return new WorkspaceMatches(WorkspaceState.Ok, query, [.. found.Select(entry => Describe(entry, folder))])
                {
                    Truncated = isCut || isListCut.Value ? true : null,
                };
            },
            cancellationToken);
    }

    // git lists files; the folders are what leads to them.
    private static IEnumerable<WalkedEntry> WithFolders(IReadOnlyList<string> paths)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            for (var end = path.LastIndexOf('/'); end > 0 && folders.Add(path[..end]); end = path.LastIndexOf('/', end - 1))
            {
                yield return new WalkedEntry(path[..end], IsDirectory: true);
            }

            yield return new WalkedEntry(path, IsDirectory: false);
        }
    }

    private static WorkspaceEntry Describe(WalkedEntry entry, ContainedPath folder)
    {
        var path = folder.Relative.Length == 0 ? entry.Path : $"{folder.Relative}/{entry.Path}";
        return new WorkspaceEntry(entry.Name, path, entry.IsDirectory, new FileInfo(Path.Combine(folder.Full, entry.Path)).LinkTarget is not null);
    }
}
