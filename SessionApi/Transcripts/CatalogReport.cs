namespace Sidecar.SessionApi.Transcripts;

/// <summary>What there is to say about the transcripts. Made when it is asked for; every list in it is short.</summary>
internal sealed record CatalogReport
{
    private const int MaxOffenders = 10;

    public required CatalogHealth Health { get; init; }

    public required DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The last look at everything, or at all that is not watched.</summary>
    public required SweepNote? LastSweep { get; init; }

    public required int Files { get; init; }

    public required long Bytes { get; init; }

    public required long CorruptLines { get; init; }

    public required int Unreadable { get; init; }

    public required IReadOnlyDictionary<SkipReason, int> Skipped { get; init; }

    public required IReadOnlyList<CatalogOffender> MostCorrupt { get; init; }

    public required IReadOnlyList<CatalogOffender> Largest { get; init; }

    public required IReadOnlyList<CatalogFailure> Failures { get; init; }

    public static CatalogReport Of(CatalogEntries entries, CatalogFaults faults, CatalogSnapshot snapshot, bool isBuilt, SweepNote? lastSweep)
    {
        var all = entries.All.ToList();
        var indexed = isBuilt ? snapshot.Rows.Count : all.Count(entry => entry.Row is not null);
        var health = faults.Judge(indexed) with { Discovered = all.Count };
        return new CatalogReport
        {
            Health = isBuilt ? health : health with { State = CatalogState.Building },
            UpdatedAt = snapshot.UpdatedAt,
            LastSweep = lastSweep,
            Files = all.Count,
            Bytes = all.Sum(entry => entry.File.LengthBytes),
            CorruptLines = all.Sum(entry => (long)entry.CorruptLines),
            Unreadable = faults.Unreadable,
            Skipped = faults.NotableDirectories
                .SelectMany(directory => directory.Skipped)
                .GroupBy(skipped => skipped.Key)
                .ToDictionary(reason => reason.Key, reason => reason.Sum(skipped => skipped.Value)),
            MostCorrupt = Worst(all, entry => entry.CorruptLines),
            Largest = Worst(all, entry => entry.File.LengthBytes),
            Failures = [.. Failed(all, faults).Take(MaxOffenders)],
        };
    }

    private static IReadOnlyList<CatalogOffender> Worst(List<CatalogEntry> all, Func<CatalogEntry, long> amount)
    {
        // A queue of ten, so that a hundred thousand transcripts need no sorting.
        var worst = new PriorityQueue<CatalogEntry, long>(MaxOffenders + 1);
        foreach (var entry in all.Where(entry => amount(entry) > 0))
        {
            worst.Enqueue(entry, amount(entry));
            if (worst.Count > MaxOffenders)
            {
                worst.Dequeue();
            }
        }

        return
        [
            .. worst.UnorderedItems
                .OrderByDescending(item => item.Priority)
                .ThenBy(item => item.Element.Location.MainPath, StringComparer.Ordinal)
                .Select(item => new CatalogOffender(item.Element.Location.MainPath, item.Priority)),
        ];
    }

    private static IEnumerable<CatalogFailure> Failed(List<CatalogEntry> all, CatalogFaults faults)
    {
        var root = faults.RootFailure is { } failure ? new[] { new CatalogFailure("projects", failure) } : [];
        var directories = faults.NotableDirectories
            .Where(directory => directory.Failure is not null)
            .Select(directory => new CatalogFailure(directory.Path, directory.Failure!));
        var transcripts = all
            .Where(entry => entry.Failure is not null)
            .Select(entry => new CatalogFailure(entry.Location.MainPath, entry.Failure!));
        return root.Concat(directories).Concat(transcripts);
    }
}

/// <summary>A transcript with the most of something.</summary>
internal sealed record CatalogOffender(string Path, long Amount);

/// <summary>Something that cannot be read, and why.</summary>
internal sealed record CatalogFailure(string Path, string Error);
