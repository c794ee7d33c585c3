using System.Threading.Channels;

namespace Sidecar.SessionApi.Transcripts.Watching;

/// <summary>
/// What the system told of and nobody looked at yet. Many events of one transcript are one entry; when there are more
/// transcripts than places, they are one overflow, and everything is looked at.
/// </summary>
internal sealed class TouchedTranscripts(TranscriptMetrics metrics, TimeProvider time)
{
    public const int Capacity = 4096;

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Lock _lock = new();
    private Dictionary<TranscriptLocation, long> _transcripts = [];
    private HashSet<string> _directories = [];
    private bool _hasOverflowed;
    private long _events;
    private long _overflows;

    /// <summary>How often the system told of a change.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>How often changes came too fast.</summary>
    public long Overflows => Interlocked.Read(ref _overflows);

    /// <summary>Something happened to a file of the transcript.</summary>
    public void Touch(TranscriptLocation location)
    {
        Interlocked.Increment(ref _events);
        metrics.ChangeTold();
        Add(location);
    }

    /// <summary>Puts a transcript in line although the system told of none.</summary>
    public void Add(TranscriptLocation location)
    {
        lock (_lock)
        {
            if (_transcripts.Count >= Capacity && !_transcripts.ContainsKey(location))
            {
                OverflowLocked();
            }
            else if (!_hasOverflowed)
            {
                _transcripts.TryAdd(location, time.GetTimestamp());
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>A project directory came, went, or is another one.</summary>
    public void TouchDirectory(string directory)
    {
        lock (_lock)
        {
            if (_directories.Count >= Capacity)
            {
                OverflowLocked();
            }
            else if (!_hasOverflowed)
            {
                _directories.Add(directory);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Changes were lost.</summary>
    public void Overflow()
    {
        lock (_lock)
        {
            OverflowLocked();
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Waits for something, then takes all that there is.</summary>
    public async Task<Touches> TakeAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.ReadAsync(cancellationToken);
        lock (_lock)
        {
            var taken = new Touches(_transcripts, _directories, _hasOverflowed);
            (_transcripts, _directories, _hasOverflowed) = ([], [], false);
            return taken;
        }
    }

    private void OverflowLocked()
    {
        if (!_hasOverflowed)
        {
            Interlocked.Increment(ref _overflows);
            metrics.Overflowed();
        }

        // The sweep that follows sees them all.
        _hasOverflowed = true;
        _transcripts.Clear();
        _directories.Clear();
    }
}

/// <summary>What was taken at once.</summary>
/// <param name="Transcripts">Each with the timestamp of its first event.</param>
/// <param name="Directories">Project directories that came or went.</param>
/// <param name="HasOverflowed">Whether there was more.</param>
internal sealed record Touches(IReadOnlyDictionary<TranscriptLocation, long> Transcripts, IReadOnlyCollection<string> Directories, bool HasOverflowed);
