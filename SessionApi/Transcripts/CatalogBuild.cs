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
    private int _nextStep;
    private long _horizon = long.MaxValue;

    /// <summary>A row whose time is greater is in its final place.</summary>
    public long Horizon => Volatile.Read(ref _horizon);

    /// <summary>
    /// Done when notably more has been read than now. Who waits looks at every row then, so the steps grow with what was
    /// read: all of them together cost a few looks.
    /// </summary>
    public Task Progress => Volatile.Read(ref _progress).Task;

    /// <summary>Whether nothing is left to be read: the list is about to be published.</summary>
    public bool IsOver => Horizon == long.MinValue;

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
            (_next, _nextStep) = (0, 0);
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

        Volatile.Write(ref _horizon, _next == _modified.Length ? long.MinValue : _modified[_next] + Slack);
        if (_next >= _nextStep || _next == _modified.Length)
        {
            _nextStep = _next + 1 + (_next / 8);
            var done = _progress;
            Volatile.Write(ref _progress, NewStep());
            done.TrySetResult();
        }
    }

    private static TaskCompletionSource NewStep() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
