using System.Buffers.Text;
using System.Diagnostics;

namespace Sidecar.SessionApi.Live.Agents;

/// <summary>
/// The file by which an agent CLI claims a session, <c>.lock/&lt;session id&gt;</c> in the config directory. One that was killed leaves it behind,
/// and then no other can start.
/// </summary>
internal static class SessionLock
{
    // Room for a process id; a longer text is not one.
    private const int MaxProcessIdLength = 20;

    /// <summary>Removes the lock of a session, unless it names a process that lives. False when there is none to remove.</summary>
    public static bool RemoveStale(string configDirectory, string sessionId)
    {
        var path = Path.Combine(configDirectory, ".lock", sessionId);
        try
        {
            if (!File.Exists(path) || NamesLivingProcess(path))
            {
                return false;
            }

            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // the start fails again, and the person is told
        }
    }

    private static bool NamesLivingProcess(string path)
    {
        Span<byte> text = stackalloc byte[MaxProcessIdLength];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = file.ReadAtLeast(text, MaxProcessIdLength, throwOnEndOfStream: false);
        if (!Utf8Parser.TryParse(text[..length], out int processId, out var read) || text[read..length].ContainsAnyExcept(" \r\n"u8))
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
