using System.Diagnostics;

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

    private readonly Process _process;
    private readonly KnownMembers _members;
    private readonly TimeProvider _time;

    private ContainedProcess(StartedChild child, ProcessMarker marker, TimeProvider time)
    {
        var process = child.Process;
        _process = process;
        _time = time;
        Input = process.StandardInput.BaseStream;
        Output = process.StandardOutput.BaseStream;
        Error = process.StandardError.BaseStream;
        Identity = child.Identity;
        _members = new KnownMembers(Identity, marker);
        Exit = WaitForExitAsync();
    }

    /// <summary>Which run of which process this is.</summary>
    public ProcessIdentity Identity { get; }

    /// <summary>Completes with the exit code when the child itself has ended, whoever still holds its pipes. 128 + n for signal n.</summary>
    public Task<int> Exit { get; }

    /// <summary>The child's standard input.</summary>
    public Stream Input { get; }

    /// <summary>The child's standard output.</summary>
    public Stream Output { get; }

    /// <summary>The child's standard error.</summary>
    public Stream Error { get; }

    /// <summary>Starts a child.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program could not be executed.</exception>
    public static async Task<ContainedProcess> StartAsync(ContainedProcessSpec spec, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = spec.WorkingDirectory,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var command = ContainmentLauncher.Prefix(spec.ParentDeath).Append(spec.FileName).Concat(spec.Arguments).ToList();
        start.FileName = command[0];
        command.Skip(1).ToList().ForEach(start.ArgumentList.Add);
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[spec.Marker.Name] = spec.Marker.Value;
        var child = await SpawnThread.StartAsync(start, cancellationToken);
        return new ContainedProcess(child, spec.Marker, time);
    }

    /// <summary>What the child and its descendants use, according to a look at all processes.</summary>
    public TreeUsage UsageIn(ProcessSnapshot snapshot)
    {
        var members = _members.In(snapshot);
        var processorTime = members.Aggregate(TimeSpan.Zero, (sum, member) => sum + member.ProcessorTime);
        return new TreeUsage(members.Count, members.Sum(member => member.ResidentBytes), processorTime);
    }

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
        if (asksBySignal && !Exit.IsCompleted && SendTo([Identity], Signal.Terminate))
        {
            // The child alone first: it knows best in which order its own children should end.
            level = StopLevel.Terminated;
            await WaitUntilAsync(() => Exit.IsCompleted, budget.Terminate);
        }

        if (asksBySignal && SendTo(Members(), Signal.Terminate))
        {
            level = StopLevel.Terminated;
            await WaitUntilAsync(() => Members().Count == 0, Min(budget.Terminate, StragglerPatience));
        }

        if (KillAll())
        {
            level = StopLevel.Killed;
            await WaitUntilAsync(() => !KillAll(), budget.Kill);
        }

        return new StopReport(level, Members(), _time.GetElapsedTime(started));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A Process leaves streams that were handed out to whoever has them; their descriptors would wait for a finalizer.
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
        _process.Dispose();
    }

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        SpawnThread.TryPost(started => started.Remove(Identity));
        return _process.ExitCode;
    }

    private List<ProcessIdentity> Members()
    {
        if (ProcessTable.Current is not null)
        {
            return [.. _members.In(ProcessSnapshot.Take()).Select(member => member.Identity)];
        }

        return Exit.IsCompleted ? [] : [Identity];
    }

    private bool SendTo(List<ProcessIdentity> members, Signal signal)
    {
        foreach (var member in members)
        {
            if (!OperatingSystem.IsWindows())
            {
                Signals.Send(member, signal);
            }
            else if (!Exit.IsCompleted)
            {
#pragma warning disable RS0030 // There are no signals on Windows; the tree is ended from its leader.
                _process.Kill(entireProcessTree: true);
#pragma warning restore RS0030
            }
        }

        return members.Count > 0;
    }

    private bool KillAll() => OperatingSystem.IsWindows()
        ? SendTo(Members(), Signal.Kill)
        : new FrozenKill(Members, Signals.Send).Strike().Count > 0;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private async Task WaitUntilAsync(Func<bool> condition, TimeSpan patience)
    {
        var started = _time.GetTimestamp();
        while (!condition() && _time.GetElapsedTime(started) < patience)
        {
            await Task.Delay(LookInterval, _time);
        }
    }
}
