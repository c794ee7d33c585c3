namespace Sidecar.SessionApi.Transcripts.Storage;

/// <summary>What is known of a transcript's files: how they looked, how far they were read, and the fold up to there.</summary>
internal readonly record struct StoredTranscript(
    FileStamp? Main, FileStamp? Aside, long Offset, ulong Fingerprint, DateTimeOffset BirthTime, TranscriptFold Fold)
{
    /// <summary>Writes all but the stamps.</summary>
    public void WriteState(StateWriter state)
    {
        state.Number(TranscriptFold.StateVersion);
        state.Number(Offset);
        state.Number((long)Fingerprint);
        state.Number(BirthTime.UtcTicks);
        Fold.WriteState(state);
        state.Seal();
    }

    /// <summary>False when the state was damaged, or written by another version: the transcript is then read again.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> state, FileStamp? main, FileStamp? aside, SharedTexts shared, out StoredTranscript stored)
    {
        stored = default;
        if (!StateReader.TryUnseal(state, out var contents))
        {
            return false;
        }

        try
        {
            var reader = new StateReader(contents, shared);
            if (reader.Number() != TranscriptFold.StateVersion)
            {
                return false;
            }

            stored = new StoredTranscript(
                main,
                aside,
                Offset: reader.Number(),
                Fingerprint: (ulong)reader.Number(),
                BirthTime: new DateTimeOffset(reader.Number(), TimeSpan.Zero),
                TranscriptFold.ReadState(ref reader));
            return reader.IsAtEnd;
        }
        catch (Exception foreign) when (foreign is InvalidDataException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
