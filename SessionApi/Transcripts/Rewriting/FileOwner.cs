using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sidecar.SessionApi.Transcripts.Rewriting;

/// <summary>Makes a file that takes another one's place belong to the same user and group, with the same mode.</summary>
internal static partial class FileOwner
{
    /// <exception cref="IOException">The owner cannot be kept; then the file is better left as it is.</exception>
    public static void Copy(string from, SafeFileHandle to)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (FileLook.OwnerOf(from) is { } owner && FileLook.OwnerOf(to) is { } ours && owner != ours
            && ChangeOwner(to, owner.User, owner.Group) != 0)
        {
            var reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new IOException($"{from} belongs to user {owner.User} and group {owner.Group}, which cannot be kept: {reason}");
        }

        // After the owner, for a change of owner takes bits of the mode away.
        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
    }

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    private static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);
}
