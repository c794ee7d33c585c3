using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Probing;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>How a run of a sidecar ended.</summary>
/// <param name="Cause">For the machine.</param>
/// <param name="Reason">For people.</param>
/// <param name="IsUrgent">What ended it does not listen any more, or must not go on for a moment.</param>
internal sealed record RunEnd(EndCause Cause, string Reason, bool IsUrgent = false);

/// <summary>
/// One process of a sidecar from its start until its whole tree is gone: output drained, probed, and held to its limits.
/// </summary>
internal sealed class SidecarRun : IAsyncDisposable
{
    private static readonly TimeSpan StartingProbeInterval = TimeSpan.FromMilliseconds(100);

    // After the tree has gone nothing can write any more; this only bounds a kernel that is slow to tell.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(2);

    private readonly ContainedProcess _process;
    private readonly SidecarOptions _options;
    private readonly SidecarJournal _journal;
    private readonly SidecarOutput _output;
    private readonly TimeProvider _time;
    private readonly IProbe? _probe;
    private readonly CancellationTokenSource _drained = new();
    private readonly TaskCompletionSource<LimitBreach> _breach = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LimitGuard _guard;
    private readonly Task _draining;
    private long? _healthySince;

    private SidecarRun(
        ContainedProcess process, int? port, SidecarOptions options, SidecarJournal journal, SidecarOutput output, HttpClient http, TimeProvider time)
    {
        (_process, _options, _journal, _output, _time) = (process, options, journal, output, time);
        _guard = new LimitGuard(options.Limits, options.IdleAfter, time);
        _probe = SidecarProbes.Create(options.Probe, port ?? 0, process, output, http);
        _draining = Task.WhenAll(
            output.DrainAsync(process.Output, (_probe as StdioProbe) is { } stdio ? stdio.OnLine : null, _drained.Token),
            output.DrainAsync(process.Error, null, _drained.Token));
    }

    /// <summary>How long it has been healthy, if it ever was.</summary>
    public TimeSpan HealthyFor => _healthySince is { } since ? _time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Starts the process.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program could not be executed.</exception>
    public static async Task<SidecarRun> StartAsync(
        SidecarLaunch launch, SidecarOptions options, SidecarJournal journal, SidecarOutput output, HttpClient http, TimeProvider time)
    {
        // A start is not cancelled halfway: there would be a process that nobody knows.
        var process = await ContainedProcess.StartAsync(launch.Spec, time, CancellationToken.None);
        journal.Started(process.Identity.ProcessId, launch.Port);
        return new SidecarRun(process, launch.Port, options, journal, output, http, time);
    }

    /// <summary>Waits until the process has ended or must be ended. Its tree is still to be stopped then.</summary>
    public async Task<RunEnd> WaitForEndAsync(TreeWatch watch, CancellationToken interrupted)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using var watched = watch.Add(_process, OnUsage);
        var probing = ProbeAsync(watching.Token);
        await Task.WhenAny(_process.Exit, _breach.Task, probing);
        var hasExited = _process.Exit.IsCompleted; // as it was then: whoever is killed afterwards exits too
        await watching.CancelAsync();
        var unwell = await probing;
        if (interrupted.IsCancellationRequested)
        {
            return new RunEnd(EndCause.Request, "somebody asked for it");
        }

        if (hasExited)
        {
            return new RunEnd(EndCause.Exit, $"it ended with code {await _process.Exit}");
        }

        return _breach.Task.IsCompleted && await _breach.Task is var breach
            ? new RunEnd(EndCause.Limit, breach.Reason, breach.IsHard)
            : unwell!;
    }

    /// <summary>Ends what is left of the run, verifies that, and drains the last output.</summary>
    public async Task<StopReport> StopAsync(bool atOnce)
    {
        var budget = _options.Stop.Budget;
        var asksFirst = !atOnce && budget.Interrupt > TimeSpan.Zero;
        var report = await _process.StopAsync(atOnce ? budget with { Terminate = TimeSpan.Zero } : budget, asksFirst ? CloseInputAsync : null);
        await Task.WhenAny(_draining, Task.Delay(DrainPatience, _time));
        return report;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _drained.CancelAsync();
        await _draining;
        _process.Dispose();
        _drained.Dispose();
    }

    private Task<int> CloseInputAsync()
    {
        try
        {
            _process.Input.Close();
        }
        catch (IOException)
        {
            // It has closed its side already.
        }

        return _process.Exit;
    }

    private void OnUsage(TreeUsage usage)
    {
        _journal.Used(usage);
        if (_guard.Check(usage) is { } breach)
        {
            _breach.TrySetResult(breach);
        }
    }

    /// <summary>Null when it was cancelled, else what is wrong.</summary>
    private async Task<RunEnd?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_probe is null)
            {
                BecomeHealthy(latency: null);
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
            }
            else if (await WaitUntilHealthyAsync(_probe, cancellationToken) is { } problem)
            {
                return new RunEnd(
                    EndCause.StartTimeout, $"it was not healthy within {_options.Probe.StartupTimeout.TotalSeconds:0.###} s; {problem}", IsUrgent: true);
            }

            var hung = await new ProbeLoop(_probe!, _options.Probe, _time, _journal.Probed).WaitUntilHungAsync(cancellationToken);
            return new RunEnd(EndCause.Hang, $"it hangs: {hung}", IsUrgent: true);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<string?> WaitUntilHealthyAsync(IProbe probe, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var asked = _time.GetTimestamp();
            var left = _options.Probe.StartupTimeout - _time.GetElapsedTime(started);
            var problem = await probe.AskAsync(left < _options.Probe.ProbeTimeout ? left : _options.Probe.ProbeTimeout, _time, cancellationToken);
            if (problem is null)
            {
                BecomeHealthy(_time.GetElapsedTime(asked));
                return null;
            }

            if (_time.GetElapsedTime(started) + StartingProbeInterval >= _options.Probe.StartupTimeout)
            {
                return problem;
            }

            await Task.Delay(StartingProbeInterval, _time, cancellationToken);
        }
    }

    private void BecomeHealthy(TimeSpan? latency)
    {
        _healthySince = _time.GetTimestamp();
        _journal.Healthy(latency);
    }
}
