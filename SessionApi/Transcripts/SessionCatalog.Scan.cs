namespace Sidecar.SessionApi.Transcripts;

internal sealed partial class SessionCatalog
{
    // Parsing shares the machine with the requests and with the agents themselves.
    private const int MaxConcurrentReads = 2;

    // How many unreadable transcripts a sweep tries again although their stamps are the same.
    private const int MaxRetried = 1000;

    private long _rounds;
    private volatile SweepNote? _lastSweep;

    /// <summary>One round: finds what changed on disk and reads it.</summary>
    public async Task ScanOnceAsync(CancellationToken cancellationToken) => await ScanAsync(discovery.FindAll(), cancellationToken);

    /// <summary>A round with what was found already.</summary>
    public async Task ScanAsync(Findings findings, CancellationToken cancellationToken)
    {
        var (started, startedAt) = (time.GetTimestamp(), time.GetUtcNow());
        await ApplyAsync(findings, cancellationToken);
        var duration = time.GetElapsedTime(started);
        _lastSweep = new SweepNote(startedAt, duration);
        metrics.ScanCompleted(duration, _snapshot.Rows.Count, _faults.Unreadable);
    }

    /// <summary>
    /// Brings the catalogue up to what was found. The finding may be old by now: it only says where to look, every entry is
    /// then set by what its files are when they are read.
    /// </summary>
    public async Task ApplyAsync(Findings findings, CancellationToken cancellationToken)
    {
        _faults.Note(findings);
        var round = Interlocked.Increment(ref _rounds);
        var changed = Enter(findings, round);
        changed.Sort((x, y) => y.ModifiedTicks.CompareTo(x.ModifiedTicks));
        if (findings.IsWhole && !_isBuilt)
        {
            _build.Begin(changed);
        }

        var gone = Gone(findings, round);
        // Later rounds have little to read.
        using var readers = findings.IsWhole && !_isBuilt ? new ReadingScheduler(MaxConcurrentReads) : null;
        var reads = new ParallelOptions
        {
            MaxDegreeOfParallelism = MaxConcurrentReads,
            CancellationToken = cancellationToken,
            TaskScheduler = readers ?? TaskScheduler.Default,
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, changed.Count + gone.Count), reads, async (i, cancellation) =>
        {
            if (i < changed.Count)
            {
                await RefreshQuietlyAsync(changed[i], mayBeGone: false, cancellation);
                _build.Read(i);
            }
            else
            {
                await RefreshQuietlyAsync(gone[i - changed.Count], mayBeGone: true, cancellation);
            }
        });
        if (findings.IsWhole)
        {
            PublishRound();
        }
    }

    /// <summary>Takes note of what there is before anything is read: the total is known from the first answer on.</summary>
    public void Expect(Findings findings) => _ = Enter(findings, Interlocked.Increment(ref _rounds));

    /// <summary>Says which transcripts differ from what was found, without reading them.</summary>
    public IEnumerable<TranscriptLocation> Enter(Findings findings)
    {
        _faults.Note(findings);
        var round = Interlocked.Increment(ref _rounds);
        return Enter(findings, round).Concat(Gone(findings, round)).Select(transcript => transcript.Location);
    }

    /// <summary>
    /// Reads one transcript because something says that it changed. Does not wait: neither for whoever holds it, nor for
    /// more to be read than what takes a moment.
    /// </summary>
    public async ValueTask<RefreshOutcome> TryRefreshAsync(TranscriptLocation location, long maxBytes, CancellationToken cancellationToken)
    {
        if (!_entries.TryHold(location, out var held))
        {
            return RefreshOutcome.Busy;
        }

        using (held)
        {
            if (held.Entry.File.UnreadBytes > maxBytes)
            {
                return RefreshOutcome.Large;
            }

            await RefreshQuietlyAsync(held.Entry, new FoundTranscript(location, null, null), ReadCause.Watch, mayBeGone: true, cancellationToken);
            return RefreshOutcome.Done;
        }
    }

    /// <summary>The same without haste.</summary>
    public async Task RefreshAsync(TranscriptLocation location, CancellationToken cancellationToken)
    {
        using var held = await _entries.HoldAsync(location, cancellationToken);
        await RefreshQuietlyAsync(held.Entry, new FoundTranscript(location, null, null), ReadCause.Watch, mayBeGone: true, cancellationToken);
    }

    private List<FoundTranscript> Enter(Findings findings, long round)
    {
        // Permissions change without a trace in the stamp.
        var retriesUnreadable = findings.IsWhole && _faults.Unreadable <= MaxRetried;
        var changed = new List<FoundTranscript>();
        foreach (var transcript in findings.Transcripts)
        {
            // All are entered before any is read, so that the total is known from the first answer on.
            var entry = _entries.Enter(transcript.Location);
            entry.SeenInRound = round;
            if (!entry.File.Matches(transcript.Main, transcript.Aside) && (retriesUnreadable || entry.Unreadable != transcript))
            {
                changed.Add(transcript);
            }
        }

        return changed;
    }

    // What could not be looked at to its end may hold what was not seen.
    private List<FoundTranscript> Gone(Findings findings, long round)
    {
        var looked = findings.Directories.ToDictionary(directory => directory.Path, directory => directory.Failure is null);
        return
        [
            .. _entries.All
                .Where(entry => entry.SeenInRound < round && looked.GetValueOrDefault(entry.Location.Directory, findings.IsWhole))
                .Select(entry => new FoundTranscript(entry.Location, null, null)),
        ];
    }

    private async ValueTask RefreshQuietlyAsync(FoundTranscript transcript, bool mayBeGone, CancellationToken cancellationToken)
    {
        using var held = await _entries.HoldAsync(transcript.Location, cancellationToken);
        await RefreshQuietlyAsync(held.Entry, transcript, ReadCause.Sweep, mayBeGone, cancellationToken);
    }

    private async ValueTask RefreshQuietlyAsync(
        CatalogEntry entry, FoundTranscript transcript, ReadCause cause, bool mayBeGone, CancellationToken cancellationToken)
    {
        try
        {
            if (mayBeGone && !discovery.Holds(entry.Location.Directory))
            {
                await RenewAsync(entry, cause, isNew: entry.File.Forget());
            }
            else
            {
                await UpdateAsync(entry, cause, cancellationToken);
            }

            _faults.Mark(entry, unreadable: null, failure: null);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            if (_faults.Mark(entry, SeenAs(transcript), unreadable.Message))
            {
                Log.Unreadable(logger, transcript.Location.MainPath, unreadable);
            }
        }
    }

    private static FoundTranscript SeenAs(FoundTranscript found) => found is { Main: null, Aside: null }
        ? found with { Main = FileStamp.Of(found.Location.MainPath), Aside = FileStamp.Of(found.Location.AsidePath) }
        : found;

    private async ValueTask UpdateAsync(CatalogEntry entry, ReadCause cause, CancellationToken cancellationToken) =>
        await RenewAsync(entry, cause, isNew: await entry.File.UpdateAsync(cancellationToken));

    private async ValueTask RenewAsync(CatalogEntry entry, ReadCause cause, bool isNew)
    {
        if (!isNew)
        {
            return;
        }

        changes.Add(entry.Location);
        Renewed?.Invoke(entry.Location);
        var fold = entry.File.Fold;
        metrics.TranscriptRead(cause);
        metrics.CorruptLinesSeen((fold?.CorruptLines ?? 0) - entry.CorruptLines);
        entry.CorruptLines = fold?.CorruptLines ?? 0;
        Publish(entry, fold is null ? null : await SessionRow.OfAsync(entry.Location, entry.File, fold, workspaces));
    }
}

/// <summary>When a sweep began, and how long it took.</summary>
internal sealed record SweepNote(DateTimeOffset StartedAt, TimeSpan Duration);

/// <summary>What became of <see cref="SessionCatalog.TryRefreshAsync"/>.</summary>
internal enum RefreshOutcome
{
    Done,

    /// <summary>Somebody holds the transcript.</summary>
    Busy,

    /// <summary>There is much to read.</summary>
    Large,
}

/// <summary>Why a transcript was read.</summary>
internal enum ReadCause
{
    /// <summary>The system told of a change.</summary>
    Watch,

    /// <summary>A sweep found a changed stamp.</summary>
    Sweep,

    /// <summary>A request asked for it and found a changed stamp.</summary>
    Request,

    /// <summary>We wrote to it.</summary>
    Write,
}
