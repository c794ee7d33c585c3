using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class SessionCatalog
{
    /// <summary>The transcripts that are known now.</summary>
    public ICollection<TranscriptLocation> Locations => _entries.Locations;

    /// <summary>
    /// Takes over what an earlier run knew of a transcript. True when the files look as they did then, so that its row may be listed; of others
    /// what was appended is read, as usual.
    /// </summary>
    public bool Restore(FoundTranscript found, in StoredTranscript stored)
    {
        // Whoever holds the gate is reading the files; that is newer.
        if (!_entries.TryHold(found.Location, out var held))
        {
            return false;
        }

        using (held)
        {
            var entry = held.Entry;
            if (entry.File.Fold is not null || entry.Unreadable is not null)
            {
                return false;
            }

            entry.File.Restore(in stored);
            entry.CorruptLines = stored.Fold.CorruptLines;
            return entry.File.Matches(found.Main, found.Aside);
        }
    }

    /// <summary>Lists what was restored. The working directories are looked at together: one that hangs holds up no more than all do.</summary>
    public async Task PublishRestoredAsync(IReadOnlyList<TranscriptLocation> restored, CancellationToken cancellationToken)
    {
        var keys = restored
            .Select(location => _entries.Enter(location).File.Fold is { } fold ? SessionRow.WorkspaceKeyOf(location, fold) : (WorkspaceKey?)null)
            .OfType<WorkspaceKey>()
            .ToHashSet();
        await Task.WhenAll(keys.Select(key => workspaces.ResolveAsync(key).AsTask()));
        foreach (var location in restored)
        {
            using var held = await _entries.HoldAsync(location, cancellationToken);
            if (held.Entry is { Row: null, File.Fold: { } fold })
            {
                Publish(held.Entry, await SessionRow.OfAsync(location, held.Entry.File, fold, workspaces));
            }
        }
    }

    /// <summary>Writes what a later run needs to go on with a transcript. False when there is nothing to go on with.</summary>
    public async ValueTask<(FileStamp? Main, FileStamp? Aside, bool Exists)> StoreAsync(
        TranscriptLocation location, StateWriter state, CancellationToken cancellationToken)
    {
        // One that is only expected would be forgotten when it is released.
        if (!_entries.IsRead(location))
        {
            return default;
        }

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
