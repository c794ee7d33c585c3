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

    /// <summary>Whether a file of this name is a transcript, or one that was set aside.</summary>
    public static bool IsTranscriptName(ReadOnlySpan<char> name) =>
        name.EndsWith(Extension, StringComparison.Ordinal) || name.EndsWith(AsideExtension, StringComparison.Ordinal);

    /// <summary>The transcript that a file belongs to; null for any other file.</summary>
    public static TranscriptLocation? Of(string directory, string name) =>
        name.EndsWith(AsideExtension, StringComparison.Ordinal) ? new TranscriptLocation(directory, name[..^AsideExtension.Length])
        : name.EndsWith(Extension, StringComparison.Ordinal) ? new TranscriptLocation(directory, name[..^Extension.Length])
        : null;

    public string ProjectName => Path.GetFileName(Directory);

    /// <summary>Where the CLI writes. Names the transcript, also while only the other file exists.</summary>
    public string MainPath => Path.Combine(Directory, SessionId + Extension);

    public string AsidePath => Path.Combine(Directory, SessionId + AsideExtension);

    /// <summary>The file that counts now.</summary>
    public string CurrentPath => FileStamp.Of(MainPath) is null && FileStamp.Of(AsidePath) is not null ? AsidePath : MainPath;
}
