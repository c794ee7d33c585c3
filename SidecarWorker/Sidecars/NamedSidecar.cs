using Sidecar.Contracts;
using Sidecar.SidecarWorker.Sessions;
using Sidecar.Supervision.Restarting;

namespace Sidecar.SidecarWorker.Sidecars;

/// <summary>
/// One program that is kept running. One loop starts, watches and ends its processes, one after the other; commands only say what is wanted and
/// interrupt what the loop waits for, so that there are never two of them.
/// </summary>
internal sealed partial class NamedSidecar(
    string name, SidecarOptions options, SidecarRunner runner, SidecarJournal journal, TimeProvider time, ILogger logger)
{
    // Between two rounds that failed by a fault of ours.
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly RestartPolicy _policy = new(options.Restart, Random.Shared);
    private readonly SidecarWish _wish = new(options.Enabled ? Wish.Run : Wish.Rest);
    private (string? Key, int StartsBefore) _lastRestart;
    private Task _loop = Task.CompletedTask;

    /// <summary>Begins the loop, which starts the program unless it is disabled.</summary>
    public void Begin() => _loop = LoopAsync();

    /// <summary>Ends the program for good; the worker stops. Completes when nothing of it is left.</summary>
    public Task EndAsync()
    {
        _wish.End();
        journal.Changed.Raise();
        return _loop;
    }

    /// <summary>As it is now.</summary>
    public SidecarStatus Describe()
    {
        var status = journal.Status;
        lock (_gate)
        {
            return status with { Restarts = status.Restarts with { InWindow = _policy.RestartsInWindow(time.GetUtcNow()) } };
        }
    }

    /// <summary>Lets it run; nothing when it does. A stopped or failed one begins with a full budget.</summary>
    /// <exception cref="WorkerException">It is disabled, or the worker is stopping.</exception>
    public Task<SidecarStatus> StartAsync(CancellationToken cancellationToken) => RunAsync(static wish => wish != Wish.Run, cancellationToken);

    /// <summary>Gives it back its whole budget, and starts it when it had used that up.</summary>
    /// <exception cref="WorkerException">It is disabled, or the worker is stopping.</exception>
    public Task<SidecarStatus> ResetAsync(CancellationToken cancellationToken)
    {
        RestorePolicy();
        return RunAsync(static wish => wish == Wish.GiveUp, cancellationToken);
    }

    /// <summary>Ends its run, if there is one, and starts it without a wait. The same key again is the same restart.</summary>
    /// <exception cref="WorkerException">It is disabled, or the worker is stopping.</exception>
    public Task<SidecarStatus> RestartAsync(string? key, CancellationToken cancellationToken)
    {
        MustBeUsable();
        lock (_gate)
        {
            if (key is not null && key == _lastRestart.Key)
            {
                return WhenStartedAsync(_lastRestart.StartsBefore, cancellationToken);
            }

            _lastRestart = (key, journal.Starts.Count);
        }

        return RunAsync(static _ => true, cancellationToken);
    }

    /// <summary>Ends it and leaves it alone. Completes when nothing of it is left.</summary>
    public async Task<SidecarStatus> StopAsync(CancellationToken cancellationToken)
    {
        if (_wish.Change(Wish.Rest, static wish => wish != Wish.Rest))
        {
            journal.Changed.Raise();
        }

        // Or until somebody wants something else, or it cannot be ended.
        await journal.Changed.WaitUntilAsync(
            () => journal.Status.State == SidecarState.Stopped || _wish.Current != Wish.Rest, cancellationToken);
        return Describe();
    }

    private async Task<SidecarStatus> RunAsync(Func<Wish, bool> changes, CancellationToken cancellationToken)
    {
        MustBeUsable();
        if (_wish.Current != Wish.Run)
        {
            RestorePolicy();
        }

        var starts = journal.Starts.Count;
        if (!_wish.Change(Wish.Run, changes))
        {
            return Describe();
        }

        journal.Changed.Raise();
        return await WhenStartedAsync(starts, cancellationToken);
    }

    // Or until it is not wanted any more.
    private async Task<SidecarStatus> WhenStartedAsync(int startsBefore, CancellationToken cancellationToken)
    {
        await journal.Changed.WaitUntilAsync(
            () => (journal.Starts is var starts && starts.Count > startsBefore && starts.IsSettled) || _wish.Current != Wish.Run, cancellationToken);
        return Describe();
    }

    private void MustBeUsable()
    {
        if (!options.Enabled)
        {
            throw WorkerException.SidecarDisabled(name);
        }

        if (_wish.IsEnding)
        {
            throw WorkerException.Unavailable("The worker is stopping.");
        }
    }

    private void RestorePolicy()
    {
        lock (_gate)
        {
            _policy.Reset();
        }
    }

    private async Task LoopAsync()
    {
        while (_wish.NextRound() is { } interrupted)
        {
            try
            {
                await (_wish.Current == Wish.Run ? RunOnceAsync(interrupted) : RestAsync(interrupted));
            }
            catch (Exception exception)
            {
                Log.RoundFailed(logger, exception, name); // one bad round must not end the loop
                await PauseAsync(FaultPause, interrupted);
            }
        }

        journal.Rests(SidecarState.Stopped);
    }

    private async Task RestAsync(CancellationToken interrupted)
    {
        journal.Rests(_wish.Current == Wish.GiveUp ? SidecarState.Failed : SidecarState.Stopped);
        await PauseAsync(Timeout.InfiniteTimeSpan, interrupted);
    }

    private async Task RunOnceAsync(CancellationToken interrupted)
    {
        var outcome = await runner.RunAsync(goesOn: () => _wish.Current == Wish.Run, interrupted);
        if (outcome.Left.Count > 0)
        {
            // Whatever was wanted: a second one beside what is left would do harm.
            _wish.GiveUp(CancellationToken.None);
            Log.NotGone(logger, name, SidecarRunner.Ids(outcome.Left));
        }
        else if (outcome.End.Cause != EndCause.Request)
        {
            await RestartLaterAsync(outcome, interrupted);
        }
        else if (_wish.Current == Wish.Run)
        {
            journal.Restarting(EndCause.Request);
        }
    }

    private async Task RestartLaterAsync(RunOutcome outcome, CancellationToken interrupted)
    {
        RestartDecision decision;
        lock (_gate)
        {
            decision = _policy.Next(time.GetUtcNow(), outcome.HealthyFor);
        }

        if (decision.Delay is not { } delay)
        {
            _wish.GiveUp(interrupted);
            Log.GivenUp(logger, name, outcome.End.Reason, decision.RestartsInWindow);
            return;
        }

        Log.Ended(logger, name, outcome.End.Reason, delay.TotalSeconds);
        journal.Restarting(outcome.End.Cause);
        await PauseAsync(delay, interrupted);
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken interrupted) =>
        await Task.Delay(pause, time, interrupted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
