using Sidecar.SessionApi.Errors;

namespace Sidecar.SessionApi.Files;

/// <summary>A folder or file of this machine that a client names.</summary>
internal static class ClientPath
{
    /// <summary>The absolute path. A relative one starts at the user's home: where the server was started says nothing about the user.</summary>
    /// <param name="field">What the client calls it, for the error.</param>
    /// <param name="path">What the client wrote; empty for the home itself.</param>
    /// <param name="home">The user's home.</param>
    /// <exception cref="ApiErrorException">400: it holds a NUL.</exception>
    public static string Absolute(string field, string? path, string home)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            return home;
        }

        return path.Contains('\0')
            ? throw new ApiErrorException(ApiError.BadRequest($"{field} must not hold a NUL character: {path.Replace("\0", "\\0", StringComparison.Ordinal)}"))
            : Path.GetFullPath(path, home);
    }
}
