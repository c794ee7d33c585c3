using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>
/// Lets one process at a time write the index. The operating system holds the lock and gives it back when the process is gone,
/// however it went; the text in the file only tells a person who it is.
/// </summary>
internal sealed partial class IndexLock : IDisposable
{
    private const int MaxOwnerBytes = 1024;

    // A file whose sharing is "none" cannot be read by others on Windows; on Unix nothing else makes the lock exclusive.
    private static readonly FileShare Share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;

    private readonly FileStream _file;

    private IndexLock(FileStream file) => _file = file;

    /// <summary>Takes the lock; null when another holds it.</summary>
    /// <exception cref="IOException">The file cannot be opened at all.</exception>
    public static IndexLock? TryTake(string path)
    {
        FileStream file;
        try
        {
            file = PrivateFiles.Open(path, Share);
        }
        catch (IOException inUse) when (IsSharingViolation(inUse))
        {
            return null;
        }

        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(Self()));
        return new IndexLock(file);
    }

    /// <summary>Who holds the lock, as the holder wrote it.</summary>
    public static string OwnerOf(string path)
    {
        try
        {
            using var file = OpenUnlocked(path);
            var text = new byte[MaxOwnerBytes];
            return Encoding.UTF8.GetString(text, 0, RandomAccess.Read(file, text, 0)).Trim();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "another process";
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Self()
    {
        using var process = Process.GetCurrentProcess();
        return $"process {process.Id}, started {TranscriptTime.Format(process.StartTime)}, on {Environment.MachineName}, boot {BootId()}\n";
    }

    // Process ids begin anew with each start of the machine, and a folder may be shared between machines.
    private static string BootId()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }

    // On Unix .NET reports EWOULDBLOCK of flock, which is 11 on Linux and 35 on macOS.
    private static bool IsSharingViolation(IOException exception) =>
        exception is not (FileNotFoundException or DirectoryNotFoundException)
        && exception.HResult is unchecked((int)0x80070020) or 11 or 35;

    // Opening a file through .NET asks for a lock as well, and would be refused.
    private static SafeFileHandle OpenUnlocked(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }

        return OpenFile(path, OperatingSystem.IsLinux() ? 0x80000 : 0x1000000);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle OpenFile(string path, int flags);
}
