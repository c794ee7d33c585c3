using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>
/// Says when a program must go for what it uses: at once for a hard limit, for a soft one when it has been idle long enough.
/// Not for concurrent use.
/// </summary>
/// <param name="limits">What it may use.</param>
/// <param name="idleAfter">How long it must have been idle.</param>
/// <param name="time">The clock.</param>
internal sealed class LimitGuard(TreeLimits limits, TimeSpan idleAfter, TimeProvider time)
{
    // What answering its probes and its own timers may cost without being work.
    private const double IdleShare = 0.05;

    private TimeSpan _lastProcessorTime;
    private long _lastLook = time.GetTimestamp();
    private long _lastWork = time.GetTimestamp();

    /// <summary>Takes the next look.</summary>
    /// <returns>Why it must go now, or null.</returns>
    public LimitBreach? Check(TreeUsage usage)
    {
        var used = usage.ProcessorTime - _lastProcessorTime;
        // It falls when a member ends, and that is work too.
        var isWorking = used < TimeSpan.Zero || used > time.GetElapsedTime(_lastLook) * IdleShare;
        (_lastProcessorTime, _lastLook) = (usage.ProcessorTime, time.GetTimestamp());
        if (isWorking)
        {
            _lastWork = _lastLook;
        }

        var breach = limits.Check(usage);
        return breach is { IsHard: true } || time.GetElapsedTime(_lastWork) >= idleAfter ? breach : null;
    }
}
