using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.Tests.FakeAgent;

internal static class AppendFile
{
    private const int WriteOnlyCreateAppendCloseOnExec = 0x1 | 0x40 | 0x400 | 0x80000;
    private const int OwnerReadsAndWrites = 0x180;

    /// <summary>Appends one line with one write.</summary>
    public static void Write(string path, ReadOnlySpan<byte> line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!OperatingSystem.IsLinux())
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            stream.Write(line);
            return;
        }

        // FileMode.Append seeks once and then writes at that offset. The server appends to the same file,
        // so the position must be found by the kernel at the moment of the write, as the real CLI has it.
        using var handle = Open(path, WriteOnlyCreateAppendCloseOnExec, OwnerReadsAndWrites);
        if (handle.IsInvalid)
        {
            throw new IOException($"Cannot append to {path}: error {Marshal.GetLastPInvokeError()}");
        }

        RandomAccess.Write(handle, line, fileOffset: 0);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);
}
