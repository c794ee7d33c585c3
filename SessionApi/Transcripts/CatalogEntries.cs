using System.Collections.Concurrent;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// The transcripts of the catalogue by their location: one entry for each that exists, so its number is bounded by the
/// files. An entry without files goes when its gate is released.
/// </summary>
internal sealed class CatalogEntries
{
    private readonly ConcurrentDictionary<TranscriptLocation, CatalogEntry> _byLocation = new();

    // Nearly always one for each id; more when a session was copied, or moved with its working directory.
    private readonly ConcurrentDictionary<string, TranscriptLocation[]> _byId = new(StringComparer.Ordinal);

    public IEnumerable<CatalogEntry> All => _byLocation.Select(pair => pair.Value);

    public ICollection<TranscriptLocation> Locations => _byLocation.Keys;

    /// <summary>The rows of the entries that were read.</summary>
    public IEnumerable<SessionRow> Rows => All.Select(entry => entry.Row).OfType<SessionRow>();

    /// <summary>The entry of a transcript; a new one if there is none.</summary>
    public CatalogEntry Enter(TranscriptLocation location)
    {
        if (_byLocation.TryGetValue(location, out var known))
        {
            return known;
        }

        var entry = new CatalogEntry(location);
        if (!_byLocation.TryAdd(location, entry))
        {
            return Enter(location); // somebody was faster
        }

        _byId.AddOrUpdate(location.SessionId, static (_, added) => [added], static (_, others, added) => [.. others, added], location);
        return entry;
    }

    /// <summary>Where transcripts of an id are known to lie.</summary>
    public IReadOnlyList<TranscriptLocation> PlacesOf(string sessionId) => _byId.GetValueOrDefault(sessionId) ?? [];

    /// <summary>The row of a transcript; null when it was not read, or is not known.</summary>
    public SessionRow? RowOf(TranscriptLocation location) => _byLocation.GetValueOrDefault(location)?.Row;

    /// <summary>Whether a transcript is known and was read.</summary>
    public bool IsRead(TranscriptLocation location) => _byLocation.TryGetValue(location, out var entry) && entry.File.Fold is not null;

    /// <summary>Waits for the gate of a transcript.</summary>
    public async ValueTask<HeldEntry> HoldAsync(TranscriptLocation location, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = Enter(location);
            await entry.Gate.WaitAsync(cancellationToken);
            if (!entry.IsRemoved)
            {
                return new HeldEntry(this, entry);
            }

            entry.Gate.Release();
        }
    }

    /// <summary>Takes the gate of a transcript if it is free.</summary>
    public bool TryHold(TranscriptLocation location, out HeldEntry held)
    {
        while (true)
        {
            var entry = Enter(location);
            held = new HeldEntry(this, entry);
            if (!entry.Gate.Wait(0))
            {
                return false;
            }

            if (!entry.IsRemoved)
            {
                return true;
            }

            entry.Gate.Release();
        }
    }

    private void Release(CatalogEntry entry)
    {
        // One with a fold and no row is known from an earlier run and has changed since: it is about to be read.
        if (entry.Row is null && entry.Unreadable is null && entry.File.Fold is null)
        {
            entry.IsRemoved = true;
            ForgetPlace(entry.Location); // before the entry: a new one of the same place adds it again
            _byLocation.TryRemove(KeyValuePair.Create(entry.Location, entry));
        }

        entry.Gate.Release();
    }

    private void ForgetPlace(TranscriptLocation location)
    {
        while (_byId.TryGetValue(location.SessionId, out var places))
        {
            TranscriptLocation[] others = [.. places.Where(place => place != location)];
            if (others.Length == 0
                ? _byId.TryRemove(KeyValuePair.Create(location.SessionId, places))
                : _byId.TryUpdate(location.SessionId, others, places))
            {
                return;
            }
        }
    }

    /// <summary>An entry whose gate is held until this is disposed.</summary>
    public readonly struct HeldEntry(CatalogEntries entries, CatalogEntry entry) : IDisposable
    {
        public CatalogEntry Entry { get; } = entry;

        public void Dispose() => entries.Release(Entry);
    }
}
