namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// One transcript on disk and the fold over it. Reads only what was appended since the last time, as long as what was read
/// before still looks the same. Not safe for concurrent use: <see cref="CatalogEntry"/> holds its gate around every call.
/// </summary>
internal sealed partial class TranscriptFile(TranscriptLocation location)
{
    private FileStamp? _main;
    private FileStamp? _aside;
    private long _offset;
    private ulong _fingerprint;
    private bool _isRead;

    /// <summary>The fold over the set-aside file, then the CLI's own; null when neither exists.</summary>
    public TranscriptFold? Fold { get; private set; }

    /// <summary>For a transcript without timestamps.</summary>
    public DateTimeOffset BirthTime { get; private set; }

    /// <summary>The modification time of the file that counts.</summary>
    public long FileTicks => (_main ?? _aside)?.ModifiedTicks ?? 0;

    public long LengthBytes => (_main ?? _aside)?.Length ?? 0;

    public string CurrentPath => _main is null && _aside is not null ? location.AsidePath : location.MainPath;

    /// <summary>How much a read would have to take in now.</summary>
    public long UnreadBytes =>
        FileStamp.Of(location.MainPath) is { } main ? Math.Max(0, main.Length - (main.Length >= _offset ? _offset : 0)) : 0;

    /// <summary>Whether the files looked like this when they were last read.</summary>
    public bool Matches(FileStamp? main, FileStamp? aside) => _isRead && main == _main && aside == _aside;

    /// <summary>Reads what is new. False when nothing changed.</summary>
    public async ValueTask<bool> UpdateAsync(CancellationToken cancellationToken)
    {
        // The stamps come first: what is written while we read makes the next stamp differ, so it is never missed.
        var main = FileStamp.Require(location.MainPath);
        var aside = FileStamp.Require(location.AsidePath);
        if (Matches(main, aside))
        {
            return false;
        }

        var previous = (Fold, Main: _main);
        var mayContinue = _isRead && aside == _aside && main?.Length > previous.Main?.Length && main.Value.Length >= _offset
            && main.Value.Inode == previous.Main.Value.Inode;

        // A failure half-way leads to a fresh start.
        _isRead = false;
        Fold = null;
        Fold = main is null && aside is null
            ? null
            : await ReadAsync(mayContinue ? previous.Fold : null, main, aside is not null, cancellationToken);
        (_main, _aside, _isRead) = (main, aside, true);
        return true;
    }

    /// <summary>Takes the files for gone, whatever lies there. False when they were already.</summary>
    public bool Forget()
    {
        var wasThere = Fold is not null;
        (_main, _aside, _isRead, Fold) = (null, null, true, null);
        return wasThere;
    }

    private async ValueTask<TranscriptFold> ReadAsync(TranscriptFold? fold, FileStamp? main, bool hasAside, CancellationToken cancellationToken)
    {
        if (main is not { } stamp)
        {
            (_offset, _fingerprint) = (0, 0);
            BirthTime = File.GetCreationTimeUtc(location.AsidePath);
            return await ReadAsideAsync(cancellationToken);
        }

        using var file = TranscriptLineReader.Open(location.MainPath);
        var before = TranscriptFingerprint.Of(file, stamp.Length);
        if (fold is null || TranscriptFingerprint.Of(file, _offset) != _fingerprint)
        {
            fold = hasAside ? await ReadAsideAsync(cancellationToken) : new TranscriptFold();
            _offset = 0;
        }

        // Each time: where the file system keeps none, it is the older one of two times that change.
        BirthTime = File.GetCreationTimeUtc(file);

        // Not beyond what the stamp says: who appends without end would keep us here, and what comes later has a stamp of its own.
        using var reader = new TranscriptLineReader(file, _offset) { End = stamp.Length, Condenses = true };
        await FeedAsync(reader, fold, cancellationToken);
        _offset = reader.Position;
        _fingerprint = TranscriptFingerprint.Of(file, _offset);
        if (TranscriptFingerprint.Of(file, stamp.Length) != before)
        {
            // Rewritten while it was read, so that the fold may be over some of both. Nothing goes on from it: no file has this one.
            _fingerprint = ~_fingerprint;
        }

        return fold;
    }

    private async ValueTask<TranscriptFold> ReadAsideAsync(CancellationToken cancellationToken)
    {
        var fold = new TranscriptFold();
        using var file = TranscriptLineReader.Open(location.AsidePath);
        using var reader = new TranscriptLineReader(file, offset: 0) { Condenses = true };
        await FeedAsync(reader, fold, cancellationToken);
        return fold;
    }

    private static async ValueTask FeedAsync(TranscriptLineReader reader, TranscriptFold fold, CancellationToken cancellationToken)
    {
        while (await reader.FillAsync(cancellationToken))
        {
            while (reader.TryTakeLine(out var line))
            {
                fold.Fold(line.Span);
            }
        }
    }
}
