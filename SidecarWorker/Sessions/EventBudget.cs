using Sidecar.ServiceDefaults.Bounds;

namespace Sidecar.SidecarWorker.Sessions;

/// <summary>
/// What the events of all sessions may take together. When they take more, the oldest of those rings leave that are missed least, as far as
/// nobody attached waits for them. What is still too much then, whoever appends has to free itself.
/// </summary>
/// <param name="bound">The bytes.</param>
/// <param name="leastMissed">The rings of sessions that do nothing, in the order in which they are to give room.</param>
/// <param name="time">The clock.</param>
internal sealed class EventBudget(Bound bound, Func<IEnumerable<EventRing>> leastMissed, TimeProvider time)
{
    // A pass looks at all sessions: it makes room for more than one event, and one that did not succeed is not repeated at once.
    private const int Slack = 32;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long? _failedAt;

    /// <summary>By how much the limit is exceeded with this much more; zero or less when it is not.</summary>
    public long Excess(long more) => bound.Used + more - bound.Limit;

    /// <summary>Counts what was appended; less than zero for what was dropped.</summary>
    public void Add(long bytes) => bound.Add(bytes);

    /// <summary>Counts no longer what nobody will read any more.</summary>
    public void Remove(long bytes) => bound.Remove(bytes);

    /// <summary>Makes room for this much more, if it is needed and there is something to free.</summary>
    public void MakeRoom(long more)
    {
        if (Excess(more) <= 0)
        {
            return;
        }

        lock (_gate)
        {
            if (Excess(more) <= 0 || (_failedAt is { } failed && time.GetElapsedTime(failed) < RetryAfter))
            {
                return;
            }

            var wanted = more + (bound.Limit / Slack);
            foreach (var ring in leastMissed())
            {
                ring.Release(Excess(wanted));
                if (Excess(wanted) <= 0)
                {
                    break;
                }
            }

            _failedAt = Excess(more) > 0 ? time.GetTimestamp() : null;
        }
    }
}
