using Sidecar.SessionApi.Search.Texts;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>What a record of the index says of its session.</summary>
/// <param name="Location">The transcript.</param>
/// <param name="Ordinal">The session's how-manieth chunk it is. What was known from that one on no longer counts; −1: the session is gone.</param>
/// <param name="State">How far the transcript is in the index with this chunk.</param>
internal readonly record struct ChunkHead(TranscriptLocation Location, int Ordinal, IndexedState State)
{
    public void Write(StateWriter writer)
    {
        writer.Text(Path.GetFileName(Location.Directory));
        writer.Text(Location.SessionId);
        writer.Number(Ordinal);
        writer.Number(State.Stamp.Length);
        writer.Number(State.Stamp.ModifiedTicks);
        writer.Number((long)State.Stamp.Inode);
        writer.Number(State.Position.Offset);
        writer.Number(State.Position.Lines);
        writer.Flag(State.Position.IsAfterNotification);
        writer.Number((long)State.Fingerprint);
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ChunkHead Read(ReadOnlySpan<byte> written, string projectsDirectory, SharedTexts shared)
    {
        var reader = new StateReader(written, shared);
        var project = reader.SharedText();
        var session = reader.Text();
        if (project is null or "" || session is null or "")
        {
            throw new InvalidDataException("A record names no session.");
        }

        return new ChunkHead(
            new TranscriptLocation(Path.Combine(projectsDirectory, project), session),
            (int)reader.Number(),
            new IndexedState(
                new FileStamp(reader.Number(), reader.Number(), (ulong)reader.Number()),
                new SpokenPosition(reader.Number(), (int)reader.Number(), reader.Flag()),
                (ulong)reader.Number()));
    }
}

/// <summary>How far a transcript is in the index.</summary>
/// <param name="Stamp">How its file looked when all of it was; of a part, one that no file has.</param>
/// <param name="Position">Where to go on.</param>
/// <param name="Fingerprint">Tells whether what is before that is still the same.</param>
internal readonly record struct IndexedState(FileStamp Stamp, SpokenPosition Position, ulong Fingerprint);
