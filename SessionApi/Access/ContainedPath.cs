using System.Diagnostics.CodeAnalysis;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Access;

/// <summary>
/// A path that a client gave, kept inside a root. It has no link left in it, so opening it opens what was judged. It does not stand between us
/// and a program that changes the root at the same moment: the agents that could do so run as the same person.
/// </summary>
/// <param name="Root">The root, absolute, with every link followed.</param>
/// <param name="Full">The path, absolute, with every link followed; it exists or not.</param>
internal sealed record ContainedPath(string Root, string Full)
{
    // What Linux takes; anything longer is no path.
    private const int MaxLength = 4096;

    /// <summary>From the root, with slashes; empty for the root itself.</summary>
    public string Relative => Full == Root ? "" : Path.GetRelativePath(Root, Full).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Resolves the path of a file or folder that need not exist.</summary>
    /// <param name="root">An absolute path. It may be or contain a link itself.</param>
    /// <param name="clientPath">Relative to the root, or absolute and inside it. Empty or <c>.</c> is the root.</param>
    /// <param name="path">The path in the root.</param>
    /// <param name="allowsControl">Whether names may hold control characters, such as a line feed; never NUL.</param>
    /// <returns>
    /// False for a path with <c>..</c>, with NUL or another control character, with more than 4096 characters, for one whose links lead out of
    /// the root or in a circle, and for one that cannot be looked at; on Windows also for device names, alternate streams and names that end in
    /// a dot or a space.
    /// </returns>
    public static bool TryResolve(string root, string clientPath, [NotNullWhen(true)] out ContainedPath? path, bool allowsControl = false)
    {
        path = null;
        if (!Path.IsPathFullyQualified(root) || !IsPlain(clientPath, OperatingSystem.IsWindows(), allowsControl))
        {
            return false;
        }

        try
        {
            if (!RealPath.TryResolve(root, out var realRoot))
            {
                return false;
            }

            // An absolute path may name the root as it was given or as it really is: both lead to the same place once resolved.
            if (!RealPath.TryResolve(Path.Combine(realRoot, clientPath), out var resolved) || !IsInside(realRoot, resolved))
            {
                return false;
            }

            path = new ContainedPath(realRoot, resolved);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false; // a folder on the way cannot be read, or a name is too long
        }
    }

    /// <summary>Whether a path is the root or below it. Both absolute, without links.</summary>
    public static bool IsInside(string root, string path)
    {
        var prefix = Path.TrimEndingDirectorySeparator(root);
        return path.StartsWith(prefix, StringComparison.Ordinal)
            && (path.Length == prefix.Length || Path.EndsInDirectorySeparator(prefix) || path[prefix.Length] == Path.DirectorySeparatorChar);
    }

    /// <summary>Whether the path says what it seems to say.</summary>
    internal static bool IsPlain(string path, bool onWindows, bool allowsControl = false)
    {
        if (path.Length > MaxLength || (allowsControl ? path.Contains('\0') : path.Any(char.IsControl)))
        {
            return false;
        }

        var rest = path.AsSpan();
        if (onWindows)
        {
            if (rest is ['\\' or '/', ..])
            {
                return false; // \\server\share, \\?\C:\, \\.\pipe\x, and \x on whatever drive is current
            }

            if (rest is [var drive, ':', '\\' or '/', ..] && char.IsAsciiLetter(drive))
            {
                rest = rest[3..];
            }
        }

        ReadOnlySpan<char> separators = onWindows ? ['\\', '/'] : ['/'];
        foreach (var part in rest.SplitAny(separators))
        {
            if (rest[part] is ".." || (onWindows && !WindowsName.IsPlain(rest[part])))
            {
                return false;
            }
        }

        return true;
    }
}
