namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>One row to write.</summary>
/// <param name="Location">The transcript.</param>
/// <param name="Main">How its file looked when it was read.</param>
/// <param name="Aside">How the set-aside file looked.</param>
/// <param name="State">The rest; null: the row goes.</param>
internal readonly record struct IndexChange(TranscriptLocation Location, FileStamp? Main, FileStamp? Aside, byte[]? State);
