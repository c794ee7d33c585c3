using Microsoft.Win32.SafeHandles;
using Sidecar.SessionApi.Search.Index;
using Sidecar.SessionApi.Search.Texts;
using Sidecar.SessionApi.Transcripts;

namespace Sidecar.SessionApi.Search;

/// <summary>Searches single transcripts for one pattern: in the index as far as it has them, else in their files.</summary>
internal sealed class TranscriptSearch(SearchPattern pattern, SearchIndex index, SessionSearchMetrics metrics)
{
    private readonly ChunkSearch _chunks = new(pattern);

    /// <summary>Finds the texts of a transcript that hold the pattern. One that cannot be read has none.</summary>
    public async ValueTask FindAsync(string path, TextHits hits, CancellationToken cancellationToken)
    {
        var known = index.Find(path);
        if (known is null || known.IsStale || !TryFindIndexed(path, known, hits))
        {
            await ScanAsync(path, known, hits, cancellationToken);
        }
    }

    /// <summary>The same without the index.</summary>
    public ValueTask ScanAsync(string path, TextHits hits, CancellationToken cancellationToken) => ScanAsync(path, known: null, hits, cancellationToken);

    /// <summary>Reads the matches from the transcript, as far as it still holds them.</summary>
    public IReadOnlyList<FoundText> Read(string path, TextHits hits)
    {
        try
        {
            using var file = TranscriptLineReader.Open(path);
            return [.. hits.Places.Select(place => PlacedText.Read(file, place, pattern)).OfType<FoundText>()];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private async ValueTask ScanAsync(string path, IndexedSession? known, TextHits hits, CancellationToken cancellationToken)
    {
        metrics.TranscriptScanned();
        hits.Clear();
        try
        {
            // The stamp comes first: what is appended while it is read is left for the next search.
            if (FileStamp.Of(path) is not { } stamp)
            {
                return;
            }

            using var file = TranscriptLineReader.Open(path);
            var continues = known is not null && TranscriptIndexing.Continues(file, stamp, known.State) && TryFindIndexed(path, known, hits);
            if (!continues)
            {
                hits.Clear();
            }

            await ScanAsync(file, continues ? known!.State.Position : default, stamp.Length, hits, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // The session list says so already; what was found before counts.
        }
    }

    private async ValueTask ScanAsync(SafeFileHandle file, SpokenPosition from, long end, TextHits hits, CancellationToken cancellationToken)
    {
        using var texts = new SpokenTextReader(file, from, end);
        while (!hits.IsEnough && await texts.FillAsync(cancellationToken))
        {
            while (!hits.IsEnough && texts.TryTake(out var text, out var place))
            {
                if (pattern.IsIn(text))
                {
                    hits.Add(place);
                }
            }
        }
    }

    /// <returns>False when the index cannot tell: it is damaged, or was just replaced.</returns>
    private bool TryFindIndexed(string path, IndexedSession known, TextHits hits)
    {
        SafeFileHandle? transcript = null;
        try
        {
            // The index knows no case.
            _chunks.Find(known, hits, pattern.IsCaseSensitive ? place => PlacedText.Holds(transcript ??= TranscriptLineReader.Open(path), place, pattern) : null);
            return true;
        }
        catch (Exception unusable) when (unusable is InvalidDataException or ObjectDisposedException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            transcript?.Dispose();
        }
    }
}
