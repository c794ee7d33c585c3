using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>The system calls of Linux behind <see cref="InotifyWatch"/>.</summary>
internal static partial class Inotify
{
    public const uint Modified = 0x2;
    public const uint AttributesChanged = 0x4;
    public const uint MovedFrom = 0x40;
    public const uint MovedTo = 0x80;
    public const uint Created = 0x100;
    public const uint Deleted = 0x200;
    public const uint DeletedSelf = 0x400;
    public const uint MovedSelf = 0x800;
    public const uint Overflow = 0x4000;
    public const uint Ignored = 0x8000;
    public const uint OnlyDirectory = 0x0100_0000;

    private const int CloseOnExec = 0x80000;
    private const short Readable = 1;
    private const int Interrupted = 4;

    // NFS, SMB in its three names, CIFS, FUSE, 9P: other machines or programs change what lies there.
    private static readonly uint[] NetworkMagics = [0x6969, 0x517B, 0xFE534D42, 0xFF534D42, 0x65735546, 0x01021997];

    public static SafeFileHandle Open() => OpenInotify(CloseOnExec);

    /// <summary>What <see cref="Wake"/> wakes a reader with.</summary>
    public static SafeFileHandle OpenWaker() => OpenEvent(0, CloseOnExec);

    public static void Wake(SafeFileHandle waker) => _ = Write(waker, BitConverter.GetBytes(1L), sizeof(long));

    public static bool IsOnNetwork(string directory)
    {
        // The first word of struct statfs is the type; the rest is not needed, but written.
        Span<byte> stat = stackalloc byte[512];
        stat.Clear();
        return StatFileSystem(directory, stat) == 0 && NetworkMagics.Contains(BitConverter.ToUInt32(stat));
    }

    /// <summary>Waits for events. 0 when the reader was woken, less when it failed.</summary>
    public static int WaitAndRead(SafeFileHandle inotify, SafeFileHandle waker, byte[] buffer)
    {
        Span<PollEntry> entries =
        [
            new PollEntry { Descriptor = (int)inotify.DangerousGetHandle(), Asked = Readable },
            new PollEntry { Descriptor = (int)waker.DangerousGetHandle(), Asked = Readable },
        ];
        while (true)
        {
            if (Poll(entries, (nuint)entries.Length, -1) < 0)
            {
                if (Marshal.GetLastPInvokeError() == Interrupted)
                {
                    continue;
                }

                return -1;
            }

            return entries[1].Got != 0 ? 0 : (int)Read(inotify, buffer, buffer.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int AddWatch(SafeFileHandle inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "inotify_rm_watch", SetLastError = true)]
    public static partial int RemoveWatch(SafeFileHandle inotify, int watch);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    private static partial SafeFileHandle OpenInotify(int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial SafeFileHandle OpenEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Span<PollEntry> entries, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, byte[] bytes, nint count);

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatFileSystem(string path, Span<byte> stat);

    private struct PollEntry
    {
        public int Descriptor;
        public short Asked;
        public short Got;
    }
}
