using System.ComponentModel;
using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Supervision.Containment;
using Sidecar.Supervision.Limits;
using Sidecar.Supervision.Restarting;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>
/// One program that is kept running. One loop starts, watches and ends its processes, one after the other; commands only say what is wanted and
/// interrupt what the loop waits for, so that there are never two of them.
/// </summary>
internal sealed partial class NamedSidecar(
    string name, SidecarOptions options, WorkerRun worker, TreeWatch watch, HttpClient http, SidecarMetrics metrics, TimeProvider time, ILogger logger)
{
    // Between two rounds that failed by a fault of ours.
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SidecarJournal _journal = new(name, options.Command, metrics, time);
    private readonly RestartPolicy _policy = new(options.Restart, Random.Shared);
    private CancellationTokenSource _interrupt = new();
    private Wish _wish = options.Enabled ? Wish.Run : Wish.Rest;
    private bool _isEnding;
    private string? _lastRestartKey;
    private int _startsBeforeRestart;
    private Task _loop = Task.CompletedTask;

    private enum Wish
    {
        Run,
        Rest,
        GivenUp,
    }

    public string Name => name;

    private Wish Wanted
    {
        get
        {
            lock (_gate)
            {
                return _isEnding ? Wish.Rest : _wish;
            }
        }
    }

    /// <summary>Begins the loop, which starts the program unless it is disabled.</summary>
    public void Begin() => _loop = LoopAsync();

    /// <summary>Ends the program for good; the worker stops. Completes when nothing of it is left.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            _isEnding = true;
            Interrupt();
        }

        return _loop;
    }

    public SidecarStatus Describe()
    {
        var status = _journal.Status;
        lock (_gate)
        {
            return status with { Restarts = status.Restarts with { InWindow = _policy.RestartsInWindow(time.GetUtcNow()) } };
        }
    }

    /// <summary>Lets it run; nothing when it does. A stopped or failed one begins with a full budget.</summary>
    public Task<SidecarStatus> StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            MustBeUsable();
            return _wish == Wish.Run ? Task.FromResult(Describe()) : RunAnewAsync(_journal.Starts.Starts, cancellationToken);
        }
    }

    /// <summary>Ends its run, if there is one, and starts it without a wait. The same key again is the same restart.</summary>
    public Task<SidecarStatus> RestartAsync(string? key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            MustBeUsable();
            if (key is not null && key == _lastRestartKey)
            {
                return WhenStartedAsync(_startsBeforeRestart, cancellationToken);
            }

            (_lastRestartKey, _startsBeforeRestart) = (key, _journal.Starts.Starts);
            return RunAnewAsync(_startsBeforeRestart, cancellationToken);
        }
    }

    /// <summary>Gives it back its whole budget, and starts it when it had used that up.</summary>
    public Task<SidecarStatus> ResetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            MustBeUsable();
            _policy.Reset();
            return _wish == Wish.GivenUp ? RunAnewAsync(_journal.Starts.Starts, cancellationToken) : Task.FromResult(Describe());
        }
    }

    /// <summary>Ends it and leaves it alone. Completes when nothing of it is left.</summary>
    public async Task<SidecarStatus> StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_wish != Wish.Rest)
            {
                _wish = Wish.Rest;
                Interrupt();
            }
        }

        // Or until somebody wants something else, or it cannot be ended.
        await _journal.WaitUntilAsync(() => _journal.Status.State == SidecarState.Stopped || Wanted != Wish.Rest, cancellationToken);
        return Describe();
    }

    private Task<SidecarStatus> RunAnewAsync(int starts, CancellationToken cancellationToken)
    {
        if (_wish != Wish.Run)
        {
            _policy.Reset();
            _wish = Wish.Run;
        }

        Interrupt();
        return WhenStartedAsync(starts, cancellationToken);
    }

    private async Task<SidecarStatus> WhenStartedAsync(int starts, CancellationToken cancellationToken)
    {
        await _journal.WaitUntilAsync(() => (_journal.Starts is var now && now.Starts > starts && now.IsSettled) || Wanted != Wish.Run, cancellationToken);
        return Describe();
    }

    // Called with the gate held.
    private void Interrupt()
    {
        // Not here: what the loop does next would run under our gate.
        _ = _interrupt.CancelAsync();
        _journal.Touch();
    }

    private void MustBeUsable()
    {
        if (!options.Enabled)
        {
            throw WorkerException.SidecarDisabled(name);
        }

        if (_isEnding)
        {
            throw WorkerException.Unavailable("The worker is stopping.");
        }
    }

    private async Task LoopAsync()
    {
        while (Next() is { } interrupted)
        {
            try
            {
                await (Wanted == Wish.Run ? RunAsync(interrupted) : RestAsync(interrupted));
            }
            catch (Exception exception)
            {
                Log.RoundFailed(logger, exception, name); // one bad round must not end the loop
                await PauseAsync(FaultPause, interrupted);
            }
        }

        _journal.Rests(SidecarState.Stopped);
    }

    /// <summary>What interrupts the next round; null when there is none.</summary>
    private CancellationToken? Next()
    {
        lock (_gate)
        {
            if (_interrupt.IsCancellationRequested)
            {
                _interrupt = new CancellationTokenSource();
            }

            return _isEnding ? null : _interrupt.Token;
        }
    }

    private async Task RestAsync(CancellationToken interrupted)
    {
        _journal.Rests(Wanted == Wish.GivenUp ? SidecarState.Failed : SidecarState.Stopped);
        await PauseAsync(Timeout.InfiniteTimeSpan, interrupted);
    }

    private async Task RunAsync(CancellationToken interrupted)
    {
        _journal.Starting();
        var (end, healthyFor, left) = await RunOnceAsync(interrupted);
        if (left.Count > 0)
        {
            GiveUp(CancellationToken.None);
            Log.NotGone(logger, name, string.Join(", ", left.Select(process => process.ProcessId)));
        }
        else if (end.Cause != EndCause.Request)
        {
            await RestartLaterAsync(end, healthyFor, interrupted);
        }
        else if (Wanted == Wish.Run)
        {
            _journal.Restarting(EndCause.Request);
        }
    }

    private async Task<(RunEnd End, TimeSpan HealthyFor, IReadOnlyList<ProcessIdentity> Left)> RunOnceAsync(CancellationToken interrupted)
    {
        var output = new SidecarOutput(line => Log.Output(logger, name, line));
        await using var started = await TryStartAsync(output);
        var run = started.Run;
        var end = started.End;
        if (run is not null)
        {
            end = await WatchAsync(run, interrupted);
        }

        var (endedAt, healthyFor) = (time.GetUtcNow(), run?.HealthyFor ?? TimeSpan.Zero);
        if (end!.Cause != EndCause.Request || Wanted == Wish.Run)
        {
            _journal.Ending(end.Cause);
        }

        IReadOnlyList<ProcessIdentity> left = run is null ? [] : (await run.StopAsync(end.IsUrgent)).Left;
        var reason = left.Count == 0
            ? end.Reason
            : $"{end.Reason}, and processes {string.Join(", ", left.Select(process => process.ProcessId))} of it could not be ended";
        _journal.Ended(end.Cause == EndCause.Request && left.Count == 0 ? null : new SidecarFailure(reason, endedAt, output.LastLines));
        return (end, healthyFor, left);
    }

    private async Task<Start> TryStartAsync(SidecarOutput output)
    {
        try
        {
            var launch = SidecarLaunch.Prepare(name, options, worker.NextMarker());
            var run = await SidecarRun.StartAsync(launch, options, _journal, output, http, time);
            Log.Started(logger, name, _journal.Status.Pid, launch.Port);
            return new Start(run, null);
        }
        catch (Exception exception) when (exception is SidecarStartException or Win32Exception)
        {
            return new Start(null, new RunEnd(EndCause.StartFailed, $"it could not be started: {exception.Message}"));
        }
    }

    private async Task<RunEnd> WatchAsync(SidecarRun run, CancellationToken interrupted)
    {
        try
        {
            return await run.WaitForEndAsync(watch, interrupted);
        }
        catch (Exception exception)
        {
            Log.RoundFailed(logger, exception, name);
            return new RunEnd(EndCause.Fault, $"watching it failed: {exception.Message}");
        }
    }

    private async Task RestartLaterAsync(RunEnd end, TimeSpan healthyFor, CancellationToken interrupted)
    {
        RestartDecision decision;
        lock (_gate)
        {
            decision = _policy.Next(time.GetUtcNow(), healthyFor);
        }

        if (decision.Delay is not { } delay)
        {
            GiveUp(interrupted);
            Log.GivenUp(logger, name, end.Reason, decision.RestartsInWindow);
            return;
        }

        Log.Ended(logger, name, end.Reason, delay.TotalSeconds);
        _journal.Restarting(end.Cause);
        await PauseAsync(delay, interrupted);
    }

    // A command that came meanwhile counts for more.
    private void GiveUp(CancellationToken interrupted)
    {
        lock (_gate)
        {
            _wish = interrupted.IsCancellationRequested ? _wish : Wish.GivenUp;
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken interrupted) =>
        await Task.Delay(pause, time, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>A run, or why there is none.</summary>
    private sealed record Start(SidecarRun? Run, RunEnd? End) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Run?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
