using System.Collections.Concurrent;

namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// The transcripts of the catalogue by their location: one entry for each that exists, so its number is bounded by the
/// files. An entry without files goes when its gate is released.
/// </summary>
internal sealed class CatalogEntries
{
    private readonly ConcurrentDictionary<TranscriptLocation, CatalogEntry> _byLocation = new();

    public IEnumerable<CatalogEntry> All => _byLocation.Values;

    public ICollection<TranscriptLocation> Locations => _byLocation.Keys;

    /// <summary>The rows of the entries that were read.</summary>
    public IEnumerable<SessionRow> Rows => All.Select(entry => entry.Row).OfType<SessionRow>();

    /// <summary>The entry of a transcript; a new one if there is none.</summary>
    public CatalogEntry Enter(TranscriptLocation location) =>
        _byLocation.GetOrAdd(location, static location => new CatalogEntry(location));

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
        var entry = Enter(location);
        held = default;
        if (!entry.Gate.Wait(TimeSpan.Zero))
        {
            return false;
        }

        if (entry.IsRemoved)
        {
            entry.Gate.Release();
            return false;
        }

        held = new HeldEntry(this, entry);
        return true;
    }

    private void Release(CatalogEntry entry)
    {
        if (entry.Row is null && entry.Unreadable is null)
        {
            entry.IsRemoved = true;
            _byLocation.TryRemove(KeyValuePair.Create(entry.Location, entry));
        }

        entry.Gate.Release();
    }

    /// <summary>An entry whose gate is held until this is disposed.</summary>
    public readonly struct HeldEntry(CatalogEntries entries, CatalogEntry entry) : IDisposable
    {
        public CatalogEntry Entry { get; } = entry;

        public void Dispose() => entries.Release(Entry);
    }
}
