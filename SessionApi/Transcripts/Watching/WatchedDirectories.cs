using Microsoft.Extensions.Options;

namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>
/// Which directories the system watches for us: the projects folder and each project directory, not the many below, up to a
/// limit. The sweep looks after the others.
/// </summary>
internal sealed class WatchedDirectories(
    TranscriptRoot root, TouchedTranscripts touched, TranscriptMetrics metrics, IOptions<SessionCatalogOptions> options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _watched = [];
    private readonly Dictionary<string, WatchRefusal> _unwatched = [];
    private IDirectoryWatch? _watch;

    public int Limit => options.Value.MaxWatches;

    /// <summary>How many watches are in use.</summary>
    public int Used
    {
        get
        {
            lock (_lock)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>The directories that are not watched, each with the reason.</summary>
    public IReadOnlyList<KeyValuePair<string, WatchRefusal>> Unwatched
    {
        get
        {
            lock (_lock)
            {
                return [.. _unwatched];
            }
        }
    }

    /// <summary>Whether this is the projects folder itself.</summary>
    public bool IsRoot(string directory) => directory == root.ProjectsDirectory;

    /// <summary>Watches the projects folder and the directories in it, and no others. To be followed by a look at them.</summary>
    /// <param name="list">
    /// Lists the directories. It is called once the projects folder is watched and while nobody else changes what is: a directory that comes
    /// meanwhile is told of, and one that was told of is not taken for gone.
    /// </param>
    public void FollowAll(Func<IReadOnlyCollection<string>> list)
    {
        lock (_lock)
        {
            _watch ??= Open();
            Follow(root.ProjectsDirectory);
            var directories = list();
            var wanted = directories.Prepend(root.ProjectsDirectory).ToHashSet();
            foreach (var gone in _watched.Concat(_unwatched.Keys).Where(directory => !wanted.Contains(directory)).ToList())
            {
                Leave(gone);
            }

            foreach (var directory in directories)
            {
                Follow(directory);
            }
        }

        metrics.WatchesInUse(Used, Limit);
    }

    /// <summary>A project directory came or went. When it came, a look at it must follow.</summary>
    public void Renew(string directory, bool exists)
    {
        lock (_lock)
        {
            if (exists)
            {
                Follow(directory);
            }
            else
            {
                Leave(directory);
            }
        }

        metrics.WatchesInUse(Used, Limit);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _watch?.Dispose();
            _watch = null;
        }
    }

    private IDirectoryWatch? Open() =>
        Limit == 0 ? null
        : OperatingSystem.IsLinux() ? InotifyWatch.TryOpen(root.ProjectsDirectory, touched)
        : new RecursiveWatch(root.ProjectsDirectory, touched);

    private void Follow(string directory)
    {
        if (_watch?.Watches(directory) != true && Refuse(directory) is { } refusal)
        {
            _watched.Remove(directory);
            _unwatched[directory] = refusal;
            return;
        }

        _unwatched.Remove(directory);
        if (_watch?.IsRecursive != true || IsRoot(directory))
        {
            _watched.Add(directory);
        }
    }

    private WatchRefusal? Refuse(string directory)
    {
        _watched.Remove(directory);
        return _watch is null ? (Limit == 0 ? WatchRefusal.Limit : WatchRefusal.SystemLimit)
            : _watched.Count >= Limit ? WatchRefusal.Limit
            : _watch.Add(directory);
    }

    private void Leave(string directory)
    {
        _watch?.Remove(directory);
        _watched.Remove(directory);
        _unwatched.Remove(directory);
    }
}
