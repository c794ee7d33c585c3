using System.IO.Enumeration;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>Finds transcripts by their names and stamps; opens none.</summary>
internal sealed class TranscriptDiscovery(TranscriptRoot root)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Every transcript there is.</summary>
    public IReadOnlyCollection<FoundTranscript> FindAll()
    {
        var found = new Dictionary<TranscriptLocation, FoundTranscript>();
        foreach (var directory in ProjectDirectories())
        {
            foreach (var (name, stamp, isLink) in Files(directory))
            {
                if (isLink && (stamp == default || !root.Holds(Path.Combine(directory, name))))
                {
                    continue;
                }

                var isAside = name.EndsWith(TranscriptLocation.AsideExtension, StringComparison.Ordinal);
                var extension = isAside ? TranscriptLocation.AsideExtension : TranscriptLocation.Extension;
                var location = new TranscriptLocation(directory, name[..^extension.Length]);
                found.TryGetValue(location, out var seen);
                found[location] = isAside
                    ? new FoundTranscript(location, seen.Main, stamp)
                    : new FoundTranscript(location, stamp, seen.Aside);
            }
        }

        return found.Values;
    }

    /// <summary>The transcripts whose placeholder is set aside. Looks at names only, so it costs little beside <see cref="FindAll"/>.</summary>
    public IEnumerable<TranscriptLocation> FindSetAside() =>
        from directory in ProjectDirectories()
        from name in new FileSystemEnumerable<string>(directory, (ref FileSystemEntry entry) => entry.FileName.ToString(), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory && entry.FileName.EndsWith(TranscriptLocation.AsideExtension, StringComparison.Ordinal),
        }
        where root.Holds(Path.Combine(directory, name))
        select new TranscriptLocation(directory, name[..^TranscriptLocation.AsideExtension.Length]);

    /// <summary>The transcripts of one id, best first: the newest, then by path. An id that is no id has none.</summary>
    public IReadOnlyList<TranscriptLocation> Find(string sessionId)
    {
        if (!SessionIds.IsValid(sessionId))
        {
            return [];
        }

        return
        [
            .. ProjectDirectories()
                .Select(directory => new TranscriptLocation(directory, sessionId))
                .Select(location => (Location: location, Modified: ModifiedTicks(location)))
                .Where(candidate => candidate.Modified > 0 && root.Holds(candidate.Location.CurrentPath))
                .OrderByDescending(candidate => candidate.Modified)
                .ThenBy(candidate => candidate.Location.MainPath, StringComparer.Ordinal)
                .Select(candidate => candidate.Location),
        ];
    }

    private static long ModifiedTicks(TranscriptLocation location) =>
        (FileStamp.Of(location.MainPath) ?? FileStamp.Of(location.AsidePath))?.ModifiedTicks ?? 0;

    private IEnumerable<string> ProjectDirectories()
    {
        if (!Directory.Exists(root.ProjectsDirectory))
        {
            return [];
        }

        return new FileSystemEnumerable<(string Path, bool IsLink)>(
            root.ProjectsDirectory,
            (ref FileSystemEntry entry) => (entry.ToFullPath(), (entry.Attributes & FileAttributes.ReparsePoint) != 0),
            Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory,
        }
        .Where(entry => !entry.IsLink || root.Holds(entry.Path))
        .Select(entry => entry.Path);
    }

    private static FileSystemEnumerable<(string Name, FileStamp Stamp, bool IsLink)> Files(string directory) =>
        new(
            directory,
            (ref FileSystemEntry entry) =>
            {
                var isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
                var stamp = isLink
                    ? FileStamp.Of(entry.ToFullPath()) ?? default
                    : new FileStamp(entry.Length, entry.LastWriteTimeUtc.UtcTicks);
                return (entry.FileName.ToString(), stamp, isLink);
            },
            Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                !entry.IsDirectory
                && (entry.FileName.EndsWith(TranscriptLocation.Extension, StringComparison.Ordinal)
                    || entry.FileName.EndsWith(TranscriptLocation.AsideExtension, StringComparison.Ordinal)),
        };
}
