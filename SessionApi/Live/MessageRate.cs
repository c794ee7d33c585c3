namespace Sidecar.SessionApi.Live;

/// <summary>How fast messages come: a bucket that leaks at the allowed rate and holds the allowed burst. Begins empty.</summary>
internal struct MessageRate
{
    private double _level;
    private long _at;

    /// <summary>Counts one message.</summary>
    /// <returns>How long to wait before the next one is taken; zero while the rate is kept.</returns>
    public TimeSpan Count(TimeProvider time, int perSecond, int burst)
    {
        var now = time.GetTimestamp();
        _level = Math.Max(0, _level - (time.GetElapsedTime(_at, now).TotalSeconds * perSecond)) + 1;
        _at = now;
        return _level <= burst ? TimeSpan.Zero : TimeSpan.FromSeconds((_level - burst) / perSecond);
    }
}
