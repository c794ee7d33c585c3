namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// Where a session's transcript lies. An agent CLI refuses an id whose file exists, so a placeholder is renamed to
/// <see cref="AsidePath"/> while the CLI is launched; until the CLI has written its own file, that one is the transcript.
/// </summary>
/// <param name="Directory">The project directory, as a path.</param>
/// <param name="SessionId">The file name without its extension.</param>
internal readonly record struct TranscriptLocation(string Directory, string SessionId)
{
    public const string Extension = ".jsonl";
    public const string AsideExtension = ".jsonl.launching";

    public string ProjectName => Path.GetFileName(Directory);

    /// <summary>Where the CLI writes. Names the transcript, also while only the other file exists.</summary>
    public string MainPath => Path.Combine(Directory, SessionId + Extension);

    public string AsidePath => Path.Combine(Directory, SessionId + AsideExtension);

    /// <summary>The file that counts now.</summary>
    public string CurrentPath => !File.Exists(MainPath) && File.Exists(AsidePath) ? AsidePath : MainPath;
}

/// <summary>What a file's directory entry says. A file whose stamp is unchanged is not opened.</summary>
internal readonly record struct FileStamp(long Length, long ModifiedTicks)
{
    /// <summary>The stamp of a file, or null when there is none.</summary>
    public static FileStamp? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : null;
    }
}
