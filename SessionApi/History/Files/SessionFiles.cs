using Sidecar.SessionApi.Access;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.History.Files;

/// <summary>
/// Where a session's files and their kept contents lie. What a transcript says is not trusted: it may have come from elsewhere. A kept content
/// is a plain file in the session's own folder of <c>file-history</c>, and nothing outside the session's directory is ever written, whatever
/// links lead there.
/// </summary>
/// <param name="root">The config directory.</param>
/// <param name="workDir">The session's directory.</param>
/// <param name="sessionIds">The session, and the one that it was branched from.</param>
internal sealed class SessionFiles(TranscriptRoot root, string workDir, IReadOnlyList<string> sessionIds)
{
    private readonly string _directory = RealPath.Resolve(workDir);

    /// <summary>The files of a session.</summary>
    public static SessionFiles Of(TranscriptRoot root, TranscriptFacts facts, SessionHistory history) =>
        new(root, facts.WorkDir, history.OriginId is { } origin ? [facts.SessionId, origin] : [facts.SessionId]);

    public string WorkDir => workDir;

    /// <summary>The absolute path of a file, as people know it.</summary>
    /// <param name="path">Absolute, or relative to the session's directory.</param>
    public string Absolute(string path) => Path.GetFullPath(path, Path.GetFullPath(workDir));

    /// <summary>The file that would be written, with all links followed; null when that is outside the session's directory.</summary>
    public string? Target(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var real = RealPath.Resolve(Absolute(path));
        return real != _directory && ContainedPath.IsInside(_directory, real) ? real : null;
    }

    /// <summary>The content that a checkpoint kept.</summary>
    /// <param name="state">What the checkpoint says.</param>
    /// <param name="version">The content.</param>
    /// <returns>False when it cannot be found.</returns>
    public bool TryFind(FileState state, out FileVersion version)
    {
        version = default;
        if (state.Backup is not { } name)
        {
            return true;
        }

        if (name is "." or ".." || name.Contains('\0', StringComparison.Ordinal) || Path.GetFileName(name) != name)
        {
            return false;
        }

        var path = sessionIds.Select(id => Path.Combine(root.ConfigDirectory, "file-history", id, name))
            .FirstOrDefault(candidate => FileLook.At(candidate).Kind == FileKind.Regular);
        version = new FileVersion(path);
        return path is not null;
    }
}

/// <summary>One content of a file.</summary>
/// <param name="Path">Where it lies; null when the file did not exist.</param>
internal readonly record struct FileVersion(string? Path)
{
    /// <summary>What lies at a path now.</summary>
    /// <exception cref="IOException">Something that is no file.</exception>
    public static FileVersion At(string path) => FileLook.Through(path).Kind switch
    {
        FileKind.Regular => new FileVersion(path),
        FileKind.Missing => default,
        _ => throw new IOException($"{path} is no file."),
    };

    /// <summary>Whether two contents are the same; a file that does not exist equals only another one.</summary>
    public async Task<bool> EqualsAsync(FileVersion other, CancellationToken cancellationToken)
    {
        if (Path is null || other.Path is null || Path == other.Path)
        {
            return Path == other.Path;
        }

        await using var left = Open(Path);
        await using var right = Open(other.Path);
        if (left.Length != right.Length)
        {
            return false;
        }

        var (ofLeft, ofRight) = (new byte[64 * 1024], new byte[64 * 1024]);
        while (true)
        {
            var read = await left.ReadAtLeastAsync(ofLeft, ofLeft.Length, throwOnEndOfStream: false, cancellationToken);
            if (read != await right.ReadAtLeastAsync(ofRight, ofRight.Length, throwOnEndOfStream: false, cancellationToken)
                || !ofLeft.AsSpan(0, read).SequenceEqual(ofRight.AsSpan(0, read)))
            {
                return false;
            }

            if (read < ofLeft.Length)
            {
                return true;
            }
        }
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
}
