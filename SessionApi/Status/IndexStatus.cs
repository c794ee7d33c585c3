using Sidecar.SessionApi.Search.Index;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;
using Sidecar.SessionApi.Transcripts.Watching;

namespace Sidecar.SessionApi.Status;

/// <summary>How the session index is: how complete, how it is kept up to date, and what is wrong with single transcripts.</summary>
internal sealed record IndexStatus
{
    /// <summary><c>building</c>, <c>ready</c> or <c>degraded</c>.</summary>
    public required string State { get; init; }

    public required int Sessions { get; init; }

    public required int Files { get; init; }

    public required long Bytes { get; init; }

    /// <summary>What has a transcript's name and is none, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Skipped { get; init; }

    public required long CorruptLines { get; init; }

    public required int Unreadable { get; init; }

    public required string? LastErrorCode { get; init; }

    public required DateTimeOffset? LastUpdatedAt { get; init; }

    public required IndexWatches Watches { get; init; }

    public required IndexSweep? LastSweep { get; init; }

    public required IndexOffenders Worst { get; init; }

    public required IndexStored Stored { get; init; }

    public required IndexSearched Search { get; init; }
}

/// <param name="State">As that of what is stored.</param>
/// <param name="IsComplete">Whether all that there is room for is in the search index.</param>
/// <param name="Sessions">How many are.</param>
/// <param name="Waiting">How many have changed since; they are searched in their transcripts.</param>
/// <param name="TextBytes">What can be searched in them, as UTF-8.</param>
/// <param name="FileBytes">Size of the search index.</param>
internal sealed record IndexSearched(string State, bool IsComplete, int Sessions, int Waiting, long TextBytes, long FileBytes);

/// <param name="State"><c>starting</c>, <c>used</c>, <c>off</c>, <c>used_elsewhere</c>, <c>newer_schema</c> or <c>unavailable</c>.</param>
/// <param name="Reason">The same as a sentence.</param>
/// <param name="DatabaseBytes">Size of the database.</param>
/// <param name="WalBytes">Size of its write-ahead log.</param>
internal sealed record IndexStored(string State, string Reason, long DatabaseBytes, long WalBytes);

/// <param name="Used">Directories that the system watches for us.</param>
/// <param name="Limit">How many it may be.</param>
/// <param name="Events">How often it told of a change.</param>
/// <param name="Overflows">How often changes came too fast.</param>
/// <param name="Unwatched">How many directories are not watched; they are looked at by the sweep.</param>
/// <param name="UnwatchedDirectories">Some of them, each with the reason.</param>
internal sealed record IndexWatches(
    int Used, int Limit, long Events, long Overflows, int Unwatched, IReadOnlyList<IndexUnwatched> UnwatchedDirectories);

internal sealed record IndexUnwatched(string Path, string Reason);

internal sealed record IndexSweep(DateTimeOffset StartedAt, double DurationMs);

/// <param name="MostCorruptLines">Transcripts with the most lines that are no JSON.</param>
/// <param name="Largest">In bytes.</param>
/// <param name="Unreadable">What cannot be read, and why.</param>
internal sealed record IndexOffenders(
    IReadOnlyList<CatalogOffender> MostCorruptLines, IReadOnlyList<CatalogOffender> Largest, IReadOnlyList<CatalogFailure> Unreadable);

/// <summary>Puts the status together when it is asked for.</summary>
internal sealed class IndexStatusSource(
    SessionCatalog catalog, WatchedDirectories watched, TouchedTranscripts touched, IndexStorageStatus storage, SearchIndexer search)
{
    private const int MaxListed = 10;

    public IndexStatus Now()
    {
        var report = catalog.Report();
        return new IndexStatus
        {
            State = CatalogStates.Name(report.Health.State),
            Sessions = report.Health.Indexed,
            Files = report.Files,
            Bytes = report.Bytes,
            Skipped = report.Skipped.ToDictionary(skipped => Name(skipped.Key), skipped => skipped.Value),
            CorruptLines = report.CorruptLines,
            Unreadable = report.Unreadable,
            LastErrorCode = report.Health.LastErrorCode,
            LastUpdatedAt = report.UpdatedAt,
            Watches = Watches(),
            LastSweep = report.LastSweep is { } sweep ? new IndexSweep(sweep.StartedAt, sweep.Duration.TotalMilliseconds) : null,
            Worst = new IndexOffenders(report.MostCorrupt, report.Largest, report.Failures),
            Stored = Stored(storage.Current),
            Search = Searched(search),
        };
    }

    private IndexWatches Watches()
    {
        var unwatched = watched.Unwatched;
        return new IndexWatches(
            watched.Used,
            watched.Limit,
            touched.Events,
            touched.Overflows,
            unwatched.Count,
            [.. unwatched.Take(MaxListed).Select(directory => new IndexUnwatched(directory.Key, Name(directory.Value)))]);
    }

    private static IndexStored Stored(IndexStorageState state) => new(Name(state.Kind), state.Sentence, state.DatabaseBytes, state.WalBytes);

    private static IndexSearched Searched(SearchIndexer search) =>
        new(Name(search.Index.Kind), search.IsComplete, search.Index.Count, search.Index.Waiting, search.Index.TextBytes, search.Index.FileBytes);

    private static string Name(IndexStorageKind kind) => kind switch
    {
        IndexStorageKind.Starting => "starting",
        IndexStorageKind.Used => "used",
        IndexStorageKind.Off => "off",
        IndexStorageKind.UsedElsewhere => "used_elsewhere",
        IndexStorageKind.NewerSchema => "newer_schema",
        _ => "unavailable",
    };

    private static string Name(SkipReason reason) => reason switch
    {
        SkipReason.NotAFile => "not_a_file",
        SkipReason.LinkLeadsNowhere => "link_leads_nowhere",
        SkipReason.LinkLeadsOut => "link_leads_out",
        _ => "name_is_no_text",
    };

    private static string Name(WatchRefusal refusal) => refusal switch
    {
        WatchRefusal.Limit => "limit",
        WatchRefusal.SystemLimit => "system_limit",
        WatchRefusal.NetworkFileSystem => "network_file_system",
        WatchRefusal.SecondName => "second_name",
        WatchRefusal.Missing => "missing",
        _ => "unsupported",
    };
}
