namespace Sidecar.SessionApi.Transcripts;

/// <summary>
/// The first reading of all transcripts, newest file first. A conversation is not younger than its file, so what is newer
/// than every file that is still unread is in its final place, long before the last file has been read.
/// </summary>
internal sealed class CatalogBuild
{
    // File systems and archives keep times of whole seconds, in places of every second one: a file may look older than its last message.
    private static readonly long Slack = TimeSpan.FromSeconds(2).Ticks;

    private readonly Lock _lock = new();
    private TaskCompletionSource _progress = NewStep();
    private long[] _modified = [];
    private bool[] _isRead = [];
    private int _next;
    private long _horizon = long.MaxValue;

    /// <summary>A row whose time is greater is in its final place.</summary>
    public long Horizon => Volatile.Read(ref _horizon);

    /// <summary>Done when more has been read than now.</summary>
    public Task Progress => Volatile.Read(ref _progress).Task;

    /// <summary>Whether that many of the newest were read, or all of them.</summary>
    public bool HasRead(int count)
    {
        lock (_lock)
        {
            return _next >= Math.Min(count, _isRead.Length);
        }
    }

    /// <summary>Sets out to read these, newest first.</summary>
    public void Begin(IReadOnlyList<FoundTranscript> order)
    {
        lock (_lock)
        {
            _modified = [.. order.Select(transcript => transcript.ModifiedTicks)];
            _isRead = new bool[order.Count];
            _next = 0;
            Advance();
        }
    }

    /// <summary>One of them was read, or cannot be.</summary>
    public void Read(int index)
    {
        lock (_lock)
        {
            if (index < _isRead.Length)
            {
                _isRead[index] = true;
                Advance();
            }
        }
    }

    private void Advance()
    {
        while (_next < _isRead.Length && _isRead[_next])
        {
            _next++;
        }

        var horizon = _next == _modified.Length ? long.MinValue : _modified[_next] + Slack;
        if (horizon != _horizon)
        {
            Volatile.Write(ref _horizon, horizon);
            var done = _progress;
            Volatile.Write(ref _progress, NewStep());
            done.TrySetResult();
        }
    }

    private static TaskCompletionSource NewStep() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
