using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Appends to a file that an agent CLI appends to as well. .NET's append mode remembers the end of the file and writes at
/// that offset, over whatever was appended in between; only the system's own append flag makes finding the end and writing
/// one step.
/// </summary>
internal static partial class AppendOnlyFile
{
    private const int WriteOnly = 1;

    /// <summary>Appends whole lines in one write. A torn last line of a writer that died is closed first.</summary>
    public static void Append(string path, ReadOnlySpan<byte> lines)
    {
        byte[] bytes = EndsWithinLine(path) ? [(byte)'\n', .. lines] : lines.ToArray();
        if (OperatingSystem.IsWindows())
        {
            AppendOnWindows(path, bytes);
        }
        else
        {
            AppendOnUnix(path, bytes);
        }
    }

    private static bool EndsWithinLine(string path)
    {
        using var file = TranscriptLineReader.Open(path);
        var length = RandomAccess.GetLength(file);
        Span<byte> last = stackalloc byte[1];
        return length > 0 && RandomAccess.Read(file, last, length - 1) == 1 && last[0] != '\n';
    }

    [System.Runtime.Versioning.SupportedOSPlatform("windows")]
    private static void AppendOnWindows(string path, byte[] bytes)
    {
        // The right to append without the right to write makes the system place every write at the end.
        using var file = new FileInfo(path).Create(
            FileMode.Open,
            System.Security.AccessControl.FileSystemRights.AppendData | System.Security.AccessControl.FileSystemRights.Synchronize,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 1,
            FileOptions.None,
            fileSecurity: null);
        file.Write(bytes);
    }

    private static void AppendOnUnix(string path, byte[] bytes)
    {
        var (append, closeOnExec) = OperatingSystem.IsLinux() ? (0x400, 0x80000) : (0x8, 0x1000000);
        using var file = OpenFile(path, WriteOnly | append | closeOnExec);
        if (file.IsInvalid)
        {
            throw Failure(path);
        }

        // A regular file takes all of it at once unless the disk is full.
        var written = WriteFile(file, bytes, bytes.Length);
        if (written != bytes.Length)
        {
            throw Failure(path);
        }
    }

    private static IOException Failure(string path) =>
        new($"Cannot append to {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(SafeFileHandle file, byte[] bytes, nint count);
}
