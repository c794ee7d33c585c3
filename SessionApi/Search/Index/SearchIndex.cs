using Microsoft.Extensions.Options;
using Sidecar.SessionApi.Transcripts;
using Sidecar.SessionApi.Transcripts.Storage;

namespace Sidecar.SessionApi.Search.Index;

/// <summary>
/// What was said in the sessions, kept so that a search need not read their transcripts. It is never needed: a session that is not in it, or
/// whose transcript has changed since, is searched in its transcript. Any number of searches read it; one thread at a time changes it.
/// </summary>
internal sealed partial class SearchIndex(
    IndexFiles files,
    TranscriptRoot root,
    SessionSearchBounds bounds,
    IOptions<SessionSearchOptions> options,
    TimeProvider time,
    ILogger<SearchIndex> logger) : IDisposable
{
    /// <summary>How long an index that failed, or that another process uses, is left alone.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private readonly IndexedSessions _sessions = new(bounds);
    private readonly RecordWriter _writer = new();
    private readonly TextChunk _nothing = new();
    private IndexLock? _lock;
    private SearchFile? _file;
    private long _triedAt;
    private volatile bool _isOpen;

    /// <summary>Whether it is kept, and if not, why.</summary>
    public IndexStorageKind Kind { get; private set; } = options.Value.Index ? IndexStorageKind.Starting : IndexStorageKind.Off;

    /// <summary>How many sessions are in it.</summary>
    public int Count => _sessions.Count;

    /// <summary>What can be searched in it, as UTF-8.</summary>
    public long TextBytes => _sessions.TextBytes;

    /// <summary>Size of its file.</summary>
    public long FileBytes => _file?.Length ?? 0;

    /// <summary>How many have changed since.</summary>
    public int Waiting => _sessions.Waiting;

    /// <summary>Whether there is an index now.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>How often one was opened: each time what is missing in it has to be found anew.</summary>
    public int Openings { get; private set; }

    /// <summary>Whether there is room for one more session without another having to go.</summary>
    public bool HasRoom => bounds.IndexBytes.Used < options.Value.MaxBytes / 10 * 9;

    private string FilePath => Path.Combine(files.Directory, "search.idx");

    private string LockPath => Path.Combine(files.Directory, "search.lock");

    /// <summary>What there is of a session; null when it has to be searched in its transcript.</summary>
    public IndexedSession? Find(string path) => _sessions.Find(path);

    /// <summary>Takes note of a transcript that has changed or gone.</summary>
    public void Touch(TranscriptLocation location)
    {
        if (_isOpen)
        {
            _sessions.Touch(location);
        }
    }

    /// <summary>Takes out what has changed. Until it is read again, it is searched in its transcript.</summary>
    public IReadOnlyList<TranscriptLocation> TakeChanged() => _sessions.TakeChanged();

    /// <summary>Opens the file when that is due. False while there is no index.</summary>
    public bool TryOpen()
    {
        if (_isOpen && !File.Exists(FilePath))
        {
            // Somebody deleted it. What is written to a deleted file is lost, so begin a new one.
            Close();
        }

        if (_isOpen || !MayOpen())
        {
            return _isOpen;
        }

        _triedAt = time.GetTimestamp();
        try
        {
            Open();
        }
        catch (IndexSchemaException newer)
        {
            GiveUp(IndexStorageKind.NewerSchema, $"{newer.Message} It is left as it is; this run keeps none.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(IndexStorageKind.Unavailable, $"What is searched cannot be kept in {files.Directory}: {failure.Message}");
        }

        return _isOpen;
    }

    /// <summary>Adds one chunk of a session to the file; it counts once <see cref="Put"/> says so.</summary>
    /// <exception cref="IOException">The file cannot be written, and there is no index any more.</exception>
    public StoredChunk Append(ChunkHead head, TextChunk chunk)
    {
        try
        {
            return _writer.Append(_file!, head, chunk);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            GiveUp(IndexStorageKind.Unavailable, $"What is searched cannot be kept in {files.Directory}: {failure.Message}");
            throw;
        }
    }

    /// <summary>Sets what there is of a session.</summary>
    public void Put(TranscriptLocation location, IndexedState state, StoredChunk[] chunks, bool isStale = false) =>
        _sessions.Put(location, state, chunks, _file!, isStale);

    /// <summary>Says that the transcript of a session is what the index has of it after all.</summary>
    public void Confirm(TranscriptLocation location, IndexedSession session) => _sessions.Confirm(location, session);

    /// <summary>Takes out a session whose transcript is gone.</summary>
    public void Remove(TranscriptLocation location)
    {
        if (_sessions.Drop(location.MainPath))
        {
            Append(new ChunkHead(location, Ordinal: -1, default), _nothing);
        }
    }

    /// <summary>Reads a session anew because what there is of it is damaged.</summary>
    public void Forget(TranscriptLocation location)
    {
        _sessions.Drop(location.MainPath);
        Touch(location);
    }

    public void Dispose() => Close();

    private bool MayOpen() => Kind switch
    {
        IndexStorageKind.Starting or IndexStorageKind.Used => options.Value.Index,
        IndexStorageKind.Unavailable or IndexStorageKind.UsedElsewhere => time.GetElapsedTime(_triedAt) >= RetryInterval,
        _ => false,
    };

    private void Open()
    {
        PrivateFiles.CreateDirectory(files.Directory);
        _lock ??= IndexLock.TryTake(LockPath);
        if (_lock is null)
        {
            GiveUp(
                IndexStorageKind.UsedElsewhere,
                $"What is searched is kept by another server ({IndexLock.OwnerOf(LockPath)}); this one searches the transcripts.");
            return;
        }

        var restored = new RestoredSessions(root.ProjectsDirectory);
        _file = SearchFile.Open(FilePath, restored.Take);

        // From here on changes are told, so that nothing falls between the look at the files and that.
        _isOpen = true;
        foreach (var (location, state, chunks) in restored.All)
        {
            if (FileStamp.Of(location.MainPath) is { } stamp)
            {
                Put(location, state, chunks, isStale: stamp != state.Stamp);
            }
        }

        Kind = IndexStorageKind.Used;
        Openings++;
    }

    private void GiveUp(IndexStorageKind kind, string sentence)
    {
        Close();
        if (Kind != kind)
        {
            Log.NotKept(logger, sentence);
        }

        Kind = kind;
    }

    private void Close()
    {
        _isOpen = false;
        _sessions.Clear();
        _file?.Dispose();
        _file = null;
        _lock?.Dispose();
        _lock = null;
    }
}
