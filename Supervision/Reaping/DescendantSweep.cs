using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sidecar.Supervision.Containment;

namespace Sidecar.Supervision.Reaping;

/// <summary>
/// For a program whose children are all its own to end: while it runs, orphans among its descendants come to it (<see cref="Subreaper"/>), and
/// when everything else has stopped, whoever is still there is killed. It finds those that cleared their environment and were never seen.
/// To be added before all other services, so that its end is the last.
/// </summary>
public sealed partial class DescendantSweep(TimeProvider time, ILogger<DescendantSweep> logger) : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(25);

    private Subreaper? _subreaper;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _subreaper = Subreaper.Begin(time);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var killed = new HashSet<ProcessIdentity>();
        var started = time.GetTimestamp();
        var kill = new FrozenKill(() => ProcessSnapshot.Take().OwnDescendants(), Signals.Send);
        while (kill.Strike() is { Count: > 0 } left && time.GetElapsedTime(started) < Patience)
        {
            killed.UnionWith(left);
            await Task.Delay(LookInterval, time, CancellationToken.None);
        }

        if (killed.Count > 0)
        {
            Log.Killed(logger, killed.Count);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _subreaper?.Dispose();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Killed {Count} processes at the end that belonged to nobody any more.")]
        public static partial void Killed(ILogger logger, int count);
    }
}
