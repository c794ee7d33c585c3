using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SessionApi.Live.Resuming;

/// <summary>
/// What all sessions together may keep for clients that come back. When it is too much, the sessions in which nothing was said for longest
/// lose theirs first.
/// </summary>
internal sealed class RetainedFrames(IOptions<LiveOptions> options, LiveBounds bounds)
{
    // Shrinking looks at every log; so it makes room for many frames at a time.
    private const int Share = 8;

    private readonly Bound _bytes = bounds.RetainedBytes;
    private readonly ConcurrentDictionary<FrameLog, bool> _logs = new();
    private readonly Lock _shrinking = new();

    /// <summary>What one session may keep.</summary>
    public long MaxBytesOfOne { get; } = options.Value.MaxRetainedBytes;

    /// <summary>The session has ended; nothing is added to its log any more.</summary>
    public void Close(FrameLog log)
    {
        log.ShrinkTo(0);
        _logs.TryRemove(log, out _);
    }

    /// <summary>Takes room for a frame of a log, from others if there is none.</summary>
    public void Take(FrameLog log, long bytes)
    {
        _logs.TryAdd(log, true);
        if (!_bytes.TryAdd(bytes))
        {
            Shrink();
            _bytes.Add(bytes);
        }
    }

    /// <summary>Gives the room of a frame back.</summary>
    public void GiveBack(long bytes) => _bytes.Remove(bytes);

    private void Shrink()
    {
        lock (_shrinking)
        {
            var goal = _bytes.Limit - (_bytes.Limit / Share);
            foreach (var log in _logs.Keys.OrderBy(log => log.AddedAt))
            {
                if (_bytes.Used <= goal)
                {
                    return;
                }

                log.ShrinkTo(0);
            }
        }
    }
}
