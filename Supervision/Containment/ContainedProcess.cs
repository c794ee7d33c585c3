namespace Sidecar.Supervision.Containment;

/// <summary>
/// One child with everything it starts: in a session of its own, marked, and killed when we die. It ends when its whole tree has
/// ended; <see cref="StopAsync"/> verifies that and says how far it had to go.
/// </summary>
public sealed class ContainedProcess : IDisposable
{
    // How often a stop looks whether the tree has gone: small against every budget, and a scan of /proc costs about 2 ms.
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(25);

    // What outlives its leader was not asked to clean up anything; it gets a moment, not the leader's whole budget.
    private static readonly TimeSpan StragglerPatience = TimeSpan.FromMilliseconds(500);

    private readonly IContainment _containment;
    private readonly TimeProvider _time;

    private ContainedProcess(IContainment containment, TimeProvider time) => (_containment, _time) = (containment, time);

    /// <summary>Which run of which process this is.</summary>
    public ProcessIdentity Identity => _containment.Identity;

    /// <summary>Completes with the exit code when the child itself has ended, whoever still holds its pipes. 128 + n for signal n.</summary>
    public Task<int> Exit => _containment.Exit;

    /// <summary>The child's standard input.</summary>
    public Stream Input => _containment.Input;

    /// <summary>The child's standard output.</summary>
    public Stream Output => _containment.Output;

    /// <summary>The child's standard error.</summary>
    public Stream Error => _containment.Error;

    /// <summary>Starts a child.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program could not be executed.</exception>
    public static async Task<ContainedProcess> StartAsync(ContainedProcessSpec spec, TimeProvider time, CancellationToken cancellationToken) =>
        new(await Containment.StartAsync(spec, cancellationToken), time);

    /// <summary>What the child and its descendants use, according to a look at all processes.</summary>
    public TreeUsage UsageIn(ProcessSnapshot snapshot) => _containment.UsageIn(snapshot);

    /// <summary>
    /// Ends the child and all its descendants: asks in its own way, then SIGTERM, then SIGKILL, each with its budget, then verifies.
    /// </summary>
    /// <param name="budget">How long each step may take.</param>
    /// <param name="interrupt">Asks the child in its own way; null goes straight to SIGTERM.</param>
    public async Task<StopReport> StopAsync(StopBudget budget, Func<Task>? interrupt = null)
    {
        var started = _time.GetTimestamp();
        var level = StopLevel.None;
        if (!Exit.IsCompleted && interrupt is not null)
        {
            level = StopLevel.Interrupted;
            await Task.WhenAny(interrupt(), Exit, Task.Delay(budget.Interrupt, _time));
            await WaitUntilAsync(() => Exit.IsCompleted, budget.Interrupt - _time.GetElapsedTime(started));
        }

        var asksBySignal = budget.Terminate > TimeSpan.Zero;
        if (asksBySignal && _containment.AskChild())
        {
            // The child alone first: it knows best in which order its own children should end.
            level = StopLevel.Terminated;
            await WaitUntilAsync(() => Exit.IsCompleted, budget.Terminate);
        }

        var left = await _containment.MembersAsync();
        if (left.Count > 0 && asksBySignal && _containment.Ask(left))
        {
            level = StopLevel.Terminated;
            left = await WaitUntilGoneAsync(Min(budget.Terminate, StragglerPatience));
        }

        for (var killing = _time.GetTimestamp(); left.Count > 0 && (level != StopLevel.Killed || _time.GetElapsedTime(killing) < budget.Kill);)
        {
            level = StopLevel.Killed;
            _containment.KillAll();
            await Task.Delay(LookInterval, _time);
            left = await _containment.MembersAsync();
        }

        return new StopReport(level, left, _time.GetElapsedTime(started));
    }

    /// <inheritdoc/>
    public void Dispose() => _containment.Dispose();

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private async Task<IReadOnlyList<ProcessIdentity>> WaitUntilGoneAsync(TimeSpan patience)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            var left = await _containment.MembersAsync();
            if (left.Count == 0 || _time.GetElapsedTime(started) >= patience)
            {
                return left;
            }

            await Task.Delay(LookInterval, _time);
        }
    }

    private async Task WaitUntilAsync(Func<bool> condition, TimeSpan patience)
    {
        var started = _time.GetTimestamp();
        while (!condition() && _time.GetElapsedTime(started) < patience)
        {
            await Task.Delay(LookInterval, _time);
        }
    }
}
