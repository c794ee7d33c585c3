namespace Sidecar.SessionApi.Transcripts;

/// <summary>What a file's directory entry says. A file whose stamp is unchanged is not opened.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="ModifiedTicks">In UTC.</param>
/// <param name="Inode">Tells a file from the one that took its name; 0 where the system does not say.</param>
internal readonly record struct FileStamp(long Length, long ModifiedTicks, ulong Inode)
{
    /// <summary>
    /// The stamp of a transcript's file; null when there is none, when it is no regular file, or a link that leads out of the
    /// projects folder.
    /// </summary>
    public static FileStamp? Of(string path) => Judge(path, FileLook.At(path)).Stamp;

    /// <summary>The same, but what the system does not tell is a failure, not a file that is gone.</summary>
    public static FileStamp? Require(string path)
    {
        var look = FileLook.At(path);
        return look.Kind == FileKind.Unreachable ? throw new IOException($"{path} cannot be looked at.") : Judge(path, look).Stamp;
    }

    /// <summary>The same with the reason why there is no stamp; neither of them for a file that is not there.</summary>
    public static (FileStamp? Stamp, SkipReason? Skipped) Judge(string path, FileLook look) => look.Kind switch
    {
        FileKind.Regular => (look.Stamp, null),
        FileKind.Other => (null, SkipReason.NotAFile),
        FileKind.Link when FileLook.Through(path) is var target => target.Kind switch
        {
            FileKind.Missing => (null, SkipReason.LinkLeadsNowhere),
            _ when !StaysInProjects(path) => (null, SkipReason.LinkLeadsOut),
            FileKind.Regular => (target.Stamp, null),
            _ => (null, SkipReason.NotAFile),
        },
        _ => (null, null),
    };

    // The file is in a project directory, and that is in the projects folder.
    private static bool StaysInProjects(string path)
    {
        var projects = Path.GetDirectoryName(Path.GetDirectoryName(path)) ?? path;
        return RealPath.Resolve(path).StartsWith(RealPath.Resolve(projects) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}

/// <summary>Why something with a transcript's name is not listed.</summary>
internal enum SkipReason
{
    /// <summary>A directory, a pipe, a socket or a device.</summary>
    NotAFile,

    /// <summary>A link without a target, or in a circle.</summary>
    LinkLeadsNowhere,

    /// <summary>A link out of the projects folder: nobody's transcript.</summary>
    LinkLeadsOut,

    /// <summary>A name that is no text, so that it cannot be asked for.</summary>
    NameIsNoText,
}
