namespace Sidecar.SessionApi.Search.Index;

/// <summary>Keeps a reader from reading faster than it may.</summary>
internal sealed class ReadingPace(long bytesPerSecond, TimeProvider time)
{
    // Shorter waits are longer than they say.
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(10);

    private TimeSpan _ahead;
    private long _at = time.GetTimestamp();

    /// <summary>Counts what was read, and waits when it was too much for the time since.</summary>
    public async ValueTask SpendAsync(long bytes, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        _ahead -= time.GetElapsedTime(_at, now);
        _at = now;
        _ahead = (_ahead > TimeSpan.Zero ? _ahead : TimeSpan.Zero) + TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
        if (_ahead >= LeastWait)
        {
            await Task.Delay(_ahead, time, cancellationToken);
        }
    }
}
