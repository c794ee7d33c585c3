using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>What lies at a path. Opens nothing: opening a pipe would wait for its writer.</summary>
internal readonly partial record struct FileLook(FileKind Kind, FileStamp Stamp)
{
    private const int CurrentDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const int ItsHandle = 0x1000;
    private const uint BasicStats = 0x7FF;

    // Old kernels and strict containers do not have the call; what it says more than .NET does is then not known.
    private static volatile bool _hasStatx = OperatingSystem.IsLinux();

    /// <summary>Looks at the path itself; a link is a link.</summary>
    public static FileLook At(string path) => Look(path, follows: false);

    /// <summary>Looks at what the path leads to.</summary>
    public static FileLook Through(string path) => Look(path, follows: true);

    /// <summary>Whose file it is; null where the system does not say.</summary>
    public static (uint User, uint Group)? OwnerOf(string path) => OwnerOf(CurrentDirectory, path, 0);

    /// <summary>Whose open file it is; null where the system does not say.</summary>
    public static (uint User, uint Group)? OwnerOf(SafeFileHandle file)
    {
        var isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return OwnerOf((int)file.DangerousGetHandle(), "", ItsHandle);
        }
        finally
        {
            if (isHeld)
            {
                file.DangerousRelease();
            }
        }
    }

    private static (uint User, uint Group)? OwnerOf(int directory, string path, int flags)
    {
        Span<byte> stat = stackalloc byte[256];
        return _hasStatx && Statx(directory, path, flags, BasicStats, stat) == 0
            ? (BitConverter.ToUInt32(stat[20..]), BitConverter.ToUInt32(stat[24..]))
            : null;
    }

    private static FileLook Look(string path, bool follows)
    {
        if (_hasStatx)
        {
            try
            {
                return LookOnLinux(path, follows);
            }
            catch (Exception missing) when (missing is EntryPointNotFoundException or NotSupportedException)
            {
                _hasStatx = false;
            }
        }

        return LookPortably(path, follows);
    }

    private static FileLook LookPortably(string path, bool follows)
    {
        FileSystemInfo? file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            if (!follows)
            {
                return new FileLook(FileKind.Link, default);
            }

            file = file.ResolveLinkTarget(returnFinalTarget: true);
        }

        return file switch
        {
            FileInfo { Exists: true } regular => new FileLook(FileKind.Regular, new FileStamp(regular.Length, regular.LastWriteTimeUtc.Ticks, Inode: 0)),
            not null when Directory.Exists(file.FullName) => new FileLook(FileKind.Other, default),
            _ => default,
        };
    }

    private static FileLook LookOnLinux(string path, bool follows)
    {
        Span<byte> stat = stackalloc byte[256];
        stat.Clear();
        if (Statx(CurrentDirectory, path, follows ? 0 : DoNotFollow, BasicStats, stat) != 0)
        {
            return Failure(Marshal.GetLastPInvokeError());
        }

        // The offsets of struct statx are the same on every architecture.
        var kind = (BitConverter.ToUInt16(stat[28..]) & 0xF000) switch
        {
            0x8000 => FileKind.Regular,
            0xA000 => FileKind.Link,
            _ => FileKind.Other,
        };
        var seconds = BitConverter.ToInt64(stat[112..]);
        var ticks = DateTime.UnixEpoch.Ticks + (seconds * TimeSpan.TicksPerSecond) + (BitConverter.ToUInt32(stat[120..]) / TimeSpan.NanosecondsPerTick);
        var stamp = new FileStamp(BitConverter.ToInt64(stat[40..]), ticks, BitConverter.ToUInt64(stat[32..]));
        return new FileLook(kind, kind == FileKind.Regular ? stamp : default);
    }

    private static FileLook Failure(int error) => error switch
    {
        1 or 38 => throw new NotSupportedException(), // EPERM, ENOSYS: the call itself is refused
        2 or 20 or 36 or 40 => default, // ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP
        _ => new FileLook(FileKind.Unreachable, default),
    };

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> stat);
}

/// <summary>What a <see cref="FileLook"/> found.</summary>
internal enum FileKind
{
    Missing,

    Regular,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A directory, a pipe, a socket, a device.</summary>
    Other,

    /// <summary>The system does not tell; there may well be something.</summary>
    Unreachable,
}
