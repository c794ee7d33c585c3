namespace Sidecar.SessionApi.Transcripts;

/// <summary>The path with every symbolic link followed; parts that do not exist stay as they are written.</summary>
internal static class RealPath
{
    // What the kernel allows in one path before it reports a loop.
    private const int MaxLinks = 40;

    public static string Resolve(string path)
    {
        _ = TryResolve(path, out var resolved);
        return resolved;
    }

    /// <summary>False when the links form a loop, or are too many: then <paramref name="resolved"/> still has one.</summary>
    public static bool TryResolve(string path, out string resolved)
    {
        resolved = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var followed = 0; followed < MaxLinks; followed++)
        {
            if (FollowFirstLink(resolved) is not { } next)
            {
                return true;
            }

            resolved = Path.TrimEndingDirectorySeparator(next);
        }

        return false;
    }

    private static string? FollowFirstLink(string full)
    {
        var end = Path.GetPathRoot(full)?.Length ?? 0;
        while (end < full.Length)
        {
            var separator = full.IndexOf(Path.DirectorySeparatorChar, end);
            var head = separator < 0 ? full : full[..separator];
            end = separator < 0 ? full.Length : separator + 1;
            if (new FileInfo(head).LinkTarget is { } target)
            {
                var parent = Path.GetDirectoryName(head) ?? head;
                return Path.GetFullPath(Path.Combine(parent, target, separator < 0 ? "" : full[end..]));
            }
        }

        return null;
    }
}
