using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>
/// Watches through one inotify instance, read by one thread. .NET's own watcher adds a watch for every directory at every
/// depth, and an agent's project directory holds one or more for each session.
/// </summary>
internal sealed class InotifyWatch : IDirectoryWatch
{
    private const uint RootEvents = Inotify.Created | Inotify.Deleted | Inotify.MovedFrom | Inotify.MovedTo;
    private const uint ProjectEvents = RootEvents | Inotify.Modified | Inotify.AttributesChanged;
    private const uint Always = Inotify.DeletedSelf | Inotify.MovedSelf | Inotify.OnlyDirectory;
    private const int HeaderBytes = 16;

    private readonly string _root;
    private readonly TouchedTranscripts _touched;
    private readonly SafeFileHandle _inotify;
    private readonly SafeFileHandle _waker;
    private readonly Thread _reader;
    private readonly Lock _lock = new();
    private readonly Dictionary<int, string> _directories = [];
    private readonly Dictionary<string, int> _watches = [];

    private InotifyWatch(string root, TouchedTranscripts touched, SafeFileHandle inotify, SafeFileHandle waker)
    {
        (_root, _touched, _inotify, _waker) = (root, touched, inotify, waker);
        _reader = new Thread(Read, maxStackSize: 256 * 1024) { IsBackground = true, Name = "transcript watch" };
        _reader.Start();
    }

    public bool IsRecursive => false;

    /// <summary>Starts to watch nothing. Null when the system has no instance left for us.</summary>
    public static InotifyWatch? TryOpen(string root, TouchedTranscripts touched)
    {
        var inotify = Inotify.Open();
        var waker = Inotify.OpenWaker();
        if (!inotify.IsInvalid && !waker.IsInvalid)
        {
            return new InotifyWatch(root, touched, inotify, waker);
        }

        inotify.Dispose();
        waker.Dispose();
        return null;
    }

    public WatchRefusal? Add(string directory)
    {
        const int NoSpace = 28;
        const int NotFound = 2;
        if (Inotify.IsOnNetwork(directory))
        {
            return WatchRefusal.NetworkFileSystem;
        }

        lock (_lock)
        {
            var watch = Inotify.AddWatch(_inotify, directory, Always | (directory == _root ? RootEvents : ProjectEvents));
            if (watch < 0)
            {
                return Marshal.GetLastPInvokeError() switch
                {
                    NoSpace => WatchRefusal.SystemLimit,
                    NotFound => WatchRefusal.Missing,
                    _ => WatchRefusal.Unsupported,
                };
            }

            if (_directories.TryGetValue(watch, out var other) && other != directory)
            {
                if (Directory.Exists(other))
                {
                    return WatchRefusal.SecondName;
                }

                // Moved, and asked for by its new name before the reader has come to what tells so.
                _watches.Remove(other);
            }

            (_directories[watch], _watches[directory]) = (directory, watch);
            return null;
        }
    }

    public void Remove(string directory)
    {
        lock (_lock)
        {
            if (_watches.Remove(directory, out var watch))
            {
                _directories.Remove(watch);
                _ = Inotify.RemoveWatch(_inotify, watch);
            }
        }
    }

    public bool Watches(string directory)
    {
        lock (_lock)
        {
            return _watches.ContainsKey(directory);
        }
    }

    public void Dispose()
    {
        Inotify.Wake(_waker);
        _reader.Join();
        _inotify.Dispose();
        _waker.Dispose();
    }

    private void Read()
    {
        var buffer = new byte[64 * 1024];
        while (Inotify.WaitAndRead(_inotify, _waker, buffer) is var read and > 0)
        {
            for (var events = buffer.AsSpan(0, read); events.Length >= HeaderBytes;)
            {
                var nameBytes = BitConverter.ToInt32(events[12..]);
                var name = events.Slice(HeaderBytes, nameBytes);
                Tell(BitConverter.ToInt32(events), BitConverter.ToUInt32(events[4..]), name[..Math.Max(0, name.IndexOf((byte)0))]);
                events = events[(HeaderBytes + nameBytes)..];
            }
        }
    }

    private void Tell(int watch, uint what, ReadOnlySpan<byte> name)
    {
        if ((what & Inotify.Overflow) != 0)
        {
            _touched.Overflow();
            return;
        }

        if (DirectoryOf(watch, ends: (what & Inotify.Ignored) != 0) is not { } directory)
        {
            return;
        }

        if ((what & (Inotify.DeletedSelf | Inotify.MovedSelf | Inotify.Ignored)) != 0)
        {
            Leave(directory);
        }
        else if (directory == _root)
        {
            _touched.TouchDirectory(Path.Join(directory, Encoding.UTF8.GetString(name)));
        }
        else if ((name.EndsWith(".jsonl"u8) || name.EndsWith(".jsonl.launching"u8))
            && TranscriptLocation.Of(directory, Encoding.UTF8.GetString(name)) is { } location)
        {
            _touched.Touch(location);
        }
    }

    private string? DirectoryOf(int watch, bool ends)
    {
        lock (_lock)
        {
            if (_directories.TryGetValue(watch, out var directory) && ends)
            {
                _directories.Remove(watch);
                _watches.Remove(directory);
            }

            return directory;
        }
    }

    // A moved directory keeps its watch, which would then tell of it by a name that is no longer its own.
    private void Leave(string directory)
    {
        Remove(directory);
        if (directory == _root)
        {
            _touched.Overflow();
        }
        else
        {
            _touched.TouchDirectory(directory);
        }
    }
}
