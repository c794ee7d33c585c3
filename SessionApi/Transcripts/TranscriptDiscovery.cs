using System.IO.Enumeration;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>Finds transcripts by their names and stamps; opens none.</summary>
internal sealed class TranscriptDiscovery(TranscriptRoot root)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Every transcript there is.</summary>
    public Findings FindAll()
    {
        try
        {
            return new Findings { IsWhole = true, Directories = [.. ProjectDirectories().Select(FindIn)] };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Findings { IsWhole = false, Directories = [], Failure = failure.Message };
        }
    }

    /// <summary>The transcripts of some project directories. One that does not exist or that leads out has none.</summary>
    public Findings FindIn(IEnumerable<string> directories) =>
        new() { IsWhole = false, Directories = [.. directories.Select(directory => Holds(directory) ? FindIn(directory) : Nothing(directory))] };

    /// <summary>The directories that hold transcripts.</summary>
    public IReadOnlyList<string> ProjectDirectories()
    {
        if (!Directory.Exists(root.ProjectsDirectory))
        {
            return [];
        }

        return
        [
            .. new FileSystemEnumerable<(string Path, bool IsLink)>(
                root.ProjectsDirectory,
                (ref FileSystemEntry entry) => (entry.ToFullPath(), (entry.Attributes & FileAttributes.ReparsePoint) != 0),
                Everything)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory,
            }
            .Where(entry => !entry.IsLink || root.Holds(entry.Path))
            .Select(entry => entry.Path),
        ];
    }

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

    /// <summary>
    /// The one of some places of a session where its transcript is, the newest if several have one; null when none has, or the session is just
    /// being launched. Saves a look into every project directory: each that finds nothing there is remembered by the kernel.
    /// </summary>
    public TranscriptLocation? Newest(IReadOnlyList<TranscriptLocation> places) => places
        .Select(place => (Place: place, FileStamp.Of(place.MainPath)?.ModifiedTicks))
        .Where(candidate => candidate.ModifiedTicks is not null && root.Holds(candidate.Place.MainPath))
        .OrderByDescending(candidate => candidate.ModifiedTicks)
        .ThenBy(candidate => candidate.Place.MainPath, StringComparer.Ordinal)
        .Select(candidate => (TranscriptLocation?)candidate.Place)
        .FirstOrDefault();

    /// <summary>Whether a project directory still is one: a link that leads out holds nobody's transcripts.</summary>
    public bool Holds(string directory) => FileLook.At(directory).Kind != FileKind.Link || root.Holds(directory);

    private static long ModifiedTicks(TranscriptLocation location) =>
        (FileStamp.Of(location.MainPath) ?? FileStamp.Of(location.AsidePath))?.ModifiedTicks ?? 0;

    private static FoundDirectory Nothing(string directory) => new(directory, [], new Dictionary<SkipReason, int>(), Failure: null);

    private static FoundDirectory FindIn(string directory)
    {
        var found = new Dictionary<string, FoundTranscript>();
        var skipped = new Dictionary<SkipReason, int>();
        string? failure = null;
        try
        {
            foreach (var name in Names(directory))
            {
                var path = Path.Join(directory, name);
                var look = FileLook.At(path);
                if (look.Kind == FileKind.Unreachable)
                {
                    failure ??= $"{path} cannot be looked at.";
                    continue;
                }

                var (stamp, reason) = FileStamp.Judge(path, look);
                if (stamp is null)
                {
                    Count(skipped, reason ?? (name.Contains('\uFFFD', StringComparison.Ordinal) ? SkipReason.NameIsNoText : null));
                    continue;
                }

                Add(found, directory, name, stamp);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Gone since it was listed, and its transcripts with it.
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            failure = unreadable.Message;
        }

        return new FoundDirectory(directory, found.Values, skipped, failure);
    }

    private static void Add(Dictionary<string, FoundTranscript> found, string directory, string name, FileStamp? stamp)
    {
        if (TranscriptLocation.Of(directory, name) is not { } location)
        {
            return;
        }

        found.TryGetValue(location.SessionId, out var seen);
        found[location.SessionId] = name.EndsWith(TranscriptLocation.AsideExtension, StringComparison.Ordinal)
            ? new FoundTranscript(location, seen.Main, stamp)
            : new FoundTranscript(location, stamp, seen.Aside);
    }

    private static void Count(Dictionary<SkipReason, int> skipped, SkipReason? reason)
    {
        if (reason is { } known)
        {
            skipped[known] = skipped.GetValueOrDefault(known) + 1;
        }
    }

    // Only names: whatever else a directory entry is asked for costs a system call, and ours says more.
    private static FileSystemEnumerable<string> Names(string directory) =>
        new(directory, (ref FileSystemEntry entry) => entry.FileName.ToString(), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => TranscriptLocation.IsTranscriptName(entry.FileName),
        };
}
