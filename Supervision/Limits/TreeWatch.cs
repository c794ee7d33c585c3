using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sidecar.Supervision.Containment;

namespace Sidecar.Supervision.Limits;

/// <summary>
/// Looks once a second at what the watched children and their trees use; one look at all processes serves all of them, and there is none while
/// nobody is watched.
/// </summary>
public sealed partial class TreeWatch(TimeProvider time, ILogger<TreeWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Watched, Watched> _watched = new();

    /// <summary>Watches a child until the result is disposed. <paramref name="onUsage"/> must return soon; the watch waits for it.</summary>
    public IDisposable Add(ContainedProcess process, Action<TreeUsage> onUsage)
    {
        var watched = new Watched(this, process, onUsage);
        _watched[watched] = watched;
        return watched;
    }

    /// <summary>One round.</summary>
    internal void Look()
    {
        if (_watched.IsEmpty)
        {
            return;
        }

        var snapshot = ProcessSnapshot.Take();
        foreach (var watched in _watched.Keys)
        {
            try
            {
                watched.OnUsage(watched.Process.UsageIn(snapshot));
            }
            catch (Exception exception)
            {
                Log.CheckFailed(logger, exception, watched.Process.Identity.ProcessId); // one bad child must not end the watch over the others
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private sealed class Watched(TreeWatch watch, ContainedProcess process, Action<TreeUsage> onUsage) : IDisposable
    {
        public ContainedProcess Process => process;

        public Action<TreeUsage> OnUsage => onUsage;

        public void Dispose() => watch._watched.TryRemove(this, out _);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Checking what the tree of process {ProcessId} uses failed; it is looked at again.")]
        public static partial void CheckFailed(ILogger logger, Exception exception, int processId);
    }
}
