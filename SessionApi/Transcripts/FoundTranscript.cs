namespace Sidecar.SessionApi.Transcripts;

/// <summary>A transcript that discovery saw, with the stamps of its one or two files.</summary>
internal readonly record struct FoundTranscript(TranscriptLocation Location, FileStamp? Main, FileStamp? Aside)
{
    public long ModifiedTicks => Math.Max(Main?.ModifiedTicks ?? 0, Aside?.ModifiedTicks ?? 0);

    public long LengthBytes => (Main?.Length ?? 0) + (Aside?.Length ?? 0);
}
