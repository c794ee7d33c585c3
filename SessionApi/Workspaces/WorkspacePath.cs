using Sidecar.SessionApi.Errors;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Workspaces;

/// <summary>A path inside a session's working directory, with every link on the way followed.</summary>
/// <param name="Root">The working directory.</param>
/// <param name="Full">The path; it exists or not.</param>
internal sealed record WorkspacePath(string Root, string Full)
{
    /// <summary>From the working directory, with slashes; empty for itself.</summary>
    public string Relative => Full == Root ? "" : Path.GetRelativePath(Root, Full).Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>Resolves a path that a client names; it may be absolute.</summary>
    /// <param name="workDir">The session's working directory.</param>
    /// <param name="path">The path; null or empty for the working directory itself.</param>
    /// <exception cref="ApiErrorException">403: it leads out of the working directory.</exception>
    public static WorkspacePath Resolve(string workDir, string? path)
    {
        var root = RealPath.Resolve(workDir);
        if (string.IsNullOrEmpty(path))
        {
            return new WorkspacePath(root, root);
        }

        // A device name or an alternate stream of Windows is no path below anything.
        if (path.Contains('\0') || (OperatingSystem.IsWindows() && path.LastIndexOf(':') > 1))
        {
            throw Outside(path);
        }

        var full = RealPath.Resolve(Path.GetFullPath(path, root));
        var isInside = full == root || full.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return isInside ? new WorkspacePath(root, full) : throw Outside(path);
    }

    private static ApiErrorException Outside(string path) => new(new ApiError(
        StatusCodes.Status403Forbidden,
        "FORBIDDEN",
        $"path must lie in the session's working directory: {path.Replace("\0", "\\0", StringComparison.Ordinal)}"));
}
