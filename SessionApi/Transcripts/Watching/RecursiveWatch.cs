namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>Watches the whole projects folder at once, where the system can do that with one watch: Windows and macOS.</summary>
internal sealed class RecursiveWatch(string root, TouchedTranscripts touched) : IDirectoryWatch
{
    // The most that Windows takes for a folder on another machine; beyond it changes are lost and everything is looked at.
    private const int BufferBytes = 64 * 1024;

    private volatile FileSystemWatcher? _watcher;

    public bool IsRecursive => true;

    public WatchRefusal? Add(string directory)
    {
        if (directory != root || _watcher is not null)
        {
            return null;
        }

        if (!Directory.Exists(root))
        {
            return WatchRefusal.Missing;
        }

        try
        {
            _watcher = Start();
            return null;
        }
        catch (Exception refused) when (refused is IOException or ArgumentException or PlatformNotSupportedException)
        {
            return WatchRefusal.Unsupported;
        }
    }

    public void Remove(string directory)
    {
        if (directory == root)
        {
            Stop();
        }
    }

    public bool Watches(string directory) => _watcher is not null;

    public void Dispose() => Stop();

    private FileSystemWatcher Start()
    {
        var watcher = new FileSystemWatcher(root)
        {
            IncludeSubdirectories = true,
            InternalBufferSize = BufferBytes,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        watcher.Changed += (_, change) => Tell(change.FullPath, isNewName: false);
        watcher.Created += (_, change) => Tell(change.FullPath, isNewName: true);
        watcher.Deleted += (_, change) => Tell(change.FullPath, isNewName: true);
        watcher.Renamed += (_, change) =>
        {
            Tell(change.OldFullPath, isNewName: true);
            Tell(change.FullPath, isNewName: true);
        };
        watcher.Error += (_, _) =>
        {
            // It may have ended for good; the sweep that follows starts another one.
            Stop();
            touched.Overflow();
        };
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void Stop() => Interlocked.Exchange(ref _watcher, null)?.Dispose();

    private void Tell(string path, bool isNewName)
    {
        var directory = Path.GetDirectoryName(path);
        if (directory == root)
        {
            if (isNewName)
            {
                touched.TouchDirectory(path);
            }
        }
        else if (Path.GetDirectoryName(directory) == root && TranscriptLocation.Of(directory!, Path.GetFileName(path)) is { } location)
        {
            touched.Touch(location);
        }
    }
}
