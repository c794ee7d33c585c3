using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class SessionCatalog
{
    /// <summary>The transcripts that are known now.</summary>
    public ICollection<TranscriptLocation> Locations => _entries.Locations;

    /// <summary>
    /// Takes over what an earlier run knew of a transcript. Its row is listed only when the files look as they did then; of others
    /// what was appended is read, as usual.
    /// </summary>
    public void Restore(FoundTranscript found, in StoredTranscript stored)
    {
        // Whoever holds the gate is reading the files; that is newer.
        if (!_entries.TryHold(found.Location, out var held))
        {
            return;
        }

        using (held)
        {
            var entry = held.Entry;
            if (entry.File.Fold is not null || entry.Unreadable is not null)
            {
                return;
            }

            entry.File.Restore(in stored);
            entry.CorruptLines = stored.Fold.CorruptLines;
            if (entry.File.Matches(found.Main, found.Aside))
            {
                Publish(entry, SessionRow.Of(found.Location, entry.File, stored.Fold, workspaces));
            }
        }
    }

    /// <summary>Writes what a later run needs to go on with a transcript. False when there is nothing to go on with.</summary>
    public async ValueTask<(FileStamp? Main, FileStamp? Aside, bool Exists)> StoreAsync(
        TranscriptLocation location, StateWriter state, CancellationToken cancellationToken)
    {
        // The fold goes on changing once the gate is released, so it is written here.
        using var held = await _entries.HoldAsync(location, cancellationToken);
        if (held.Entry.File.Store() is not { } stored)
        {
            return default;
        }

        stored.WriteState(state);
        return (stored.Main, stored.Aside, Exists: true);
    }
}
