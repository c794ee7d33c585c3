namespace Sidecar.AppHost.Local;

/// <summary>How long to wait before a service is started again: longer each time, from the beginning after a healthy while.</summary>
internal sealed class RestartDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HealthyWhile = TimeSpan.FromSeconds(60);

    private TimeSpan _next = First;

    /// <summary>The delay after a run of this length.</summary>
    public TimeSpan After(TimeSpan run)
    {
        var delay = run >= HealthyWhile ? First : _next;
        _next = delay * 2 < Longest ? delay * 2 : Longest;
        return delay;
    }
}
