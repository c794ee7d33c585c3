using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>Counts the lines of files that git does not count. Only of so many and so long ones: it is a figure in a list.</summary>
internal sealed class UntrackedLines(CancellationToken cancellationToken)
{
    private const int MaxFiles = 200;
    private const int MaxFileBytes = 256 * 1024;

    /// <summary>The lines of each file that could be counted.</summary>
    public Dictionary<string, int> Count(IEnumerable<string> paths, string root)
    {
        var counted = new Dictionary<string, int>(StringComparer.Ordinal);
        var buffer = new byte[MaxFileBytes];
        foreach (var path in paths.Take(MaxFiles))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (CountOf(Path.Combine(root, path), buffer) is { } lines)
            {
                counted[path] = lines;
            }
        }

        return counted;
    }

    private static int? CountOf(string path, byte[] buffer)
    {
        try
        {
            if (FileLook.At(path) is not { Kind: FileKind.Regular, Stamp.Length: <= MaxFileBytes })
            {
                return null;
            }

            using var file = File.OpenRead(path);
            var bytes = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
            return bytes.Contains((byte)0) ? null : bytes.Count((byte)'\n') + (bytes is [.., not (byte)'\n'] ? 1 : 0);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
