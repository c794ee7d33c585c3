using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class TranscriptFile
{
    /// <summary>What a later run needs to go on from here; null when there is nothing, or it could not be read.</summary>
    public StoredTranscript? Store() =>
        _isRead && Fold is not null ? new StoredTranscript(_main, _aside, _offset, _fingerprint, BirthTime, Fold) : null;

    /// <summary>Goes on where an earlier run stopped: nothing is read while the files look as they did then.</summary>
    public void Restore(in StoredTranscript stored)
    {
        (_main, _aside, _offset, _fingerprint) = (stored.Main, stored.Aside, stored.Offset, stored.Fingerprint);
        (Fold, BirthTime, _isRead) = (stored.Fold, stored.BirthTime, true);
    }
}
