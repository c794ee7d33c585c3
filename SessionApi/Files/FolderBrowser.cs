using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Files;

/// <param name="Name">Its name; of a search, the path from the folder that was searched.</param>
/// <param name="Path">The absolute path.</param>
/// <param name="IsDirectory">Whether it is a folder, or a link to one.</param>
internal sealed record FolderEntry(string Name, string Path, bool IsDirectory);

/// <param name="CurrentPath">The folder.</param>
/// <param name="ParentPath">The one above it; the root is above itself.</param>
/// <param name="Entries">Folders first; of a search the best first.</param>
internal sealed record FolderListing(string CurrentPath, string ParentPath, IReadOnlyList<FolderEntry> Entries)
{
    /// <summary>What was searched for.</summary>
    public string? Query { get; init; }

    /// <summary>Whether there are more.</summary>
    public bool? Truncated { get; init; }
}

/// <summary>What is asked of a folder.</summary>
/// <param name="Search">A piece of a name to look for in all that lies below; null lists the folder itself.</param>
/// <param name="IncludeFiles">Whether files are listed too; a search finds them always.</param>
/// <param name="ShowHidden">Whether names that begin with a dot are listed.</param>
/// <param name="MaxResults">How many entries are wanted.</param>
internal sealed record FolderQuery(string? Search, bool IncludeFiles, bool ShowHidden, int MaxResults);

/// <summary>Lists and searches folders of this machine for a person who picks one.</summary>
internal sealed class FolderBrowser(FileReads files, IOptions<FolderOptions> options)
{
    public const int DefaultResults = 1000;
    public const int DefaultSearchResults = 200;
    public const int MaxResults = 10_000;

    public Task<FolderListing> ReadAsync(string path, FolderQuery query, CancellationToken cancellationToken) =>
        files.RunAsync(token => Read(path, query, token), cancellationToken);

    private FolderListing Read(string path, FolderQuery query, CancellationToken cancellationToken)
    {
        var folder = Path.TrimEndingDirectorySeparator(path);
        if (!Directory.Exists(folder))
        {
            throw new ApiErrorException(File.Exists(folder)
                ? ApiError.BadRequest($"path is not a folder: {folder}")
                : ApiError.NotFound($"path does not exist: {folder}"));
        }

        try
        {
            return query.Search is { } search ? Search(folder, search, query, cancellationToken) : List(folder, query, cancellationToken);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ApiErrorException(new ApiError(StatusCodes.Status403Forbidden, "FORBIDDEN", $"path may not be read: {folder}"));
        }
        catch (IOException exception)
        {
            throw new ApiErrorException(ApiError.BadRequest($"path cannot be read: {folder}: {exception.Message}"));
        }
    }

    private FolderListing List(string folder, FolderQuery query, CancellationToken cancellationToken)
    {
        var found = new List<FolderEntry>();
        var visited = 0;
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++visited > options.Value.MaxVisited)
            {
                break;
            }

            var isDirectory = entry is DirectoryInfo || (entry.LinkTarget is not null && Directory.Exists(entry.FullName));
            if ((query.ShowHidden || !entry.Name.StartsWith('.')) && (isDirectory || query.IncludeFiles))
            {
                found.Add(new FolderEntry(entry.Name, entry.FullName, isDirectory));
            }
        }

        var isCut = found.Count > query.MaxResults || visited > options.Value.MaxVisited;
        return Listing(
            folder,
            [
                .. found.OrderByDescending(entry => entry.IsDirectory)
                    .ThenBy(entry => entry.Name, StringComparer.OrdinalIgnoreCase)
                    .ThenBy(entry => entry.Name, StringComparer.Ordinal)
                    .Take(query.MaxResults),
            ],
            isCut);
    }

    private FolderListing Search(string folder, string search, FolderQuery query, CancellationToken cancellationToken)
    {
        var isWalkCut = new System.Runtime.CompilerServices.StrongBox<bool>();
        // Who writes the dot looks for what is hidden.
        var showsHidden = query.ShowHidden || search.TrimStart().StartsWith('.') || search.Contains("/.", StringComparison.Ordinal);
        var walked = FolderWalk.Through(folder, showsHidden, options.Value.MaxVisited, isWalkCut, cancellationToken);
        var found = NameSearch.Find(walked, search, query.MaxResults, out var isCut);
        return Listing(
            folder,
            [.. found.Select(entry => new FolderEntry(entry.Path, Path.Combine(folder, entry.Path), entry.IsDirectory))],
            isCut || isWalkCut.Value) with
        {
            Query = search,
        };
    }

    private static FolderListing Listing(string folder, IReadOnlyList<FolderEntry> entries, bool isCut) =>
        new(folder, Path.GetDirectoryName(folder) ?? folder, entries) { Truncated = isCut ? true : null };
}
