using System.Diagnostics;
using System.Runtime.Versioning;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// Linux and macOS: the tree is found in the table of all processes, by parent links and marker, and gets signals. Linux adds a session of its own
/// and the parent-death signal (<see cref="ContainmentLauncher"/>), and a control group where there can be one (<see cref="CgroupTree"/>).
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PosixContainment : IContainment
{
    private readonly Process _process;
    private readonly KnownMembers _members;
    private readonly Cgroup? _group;

    private PosixContainment(StartedChild child, ContainedProcessSpec spec)
    {
        _process = child.Process;
        Identity = child.Identity;
        _members = new KnownMembers(Identity, spec.Marker);
        _group = CgroupTree.Current?.TryCreate(spec.Limits);
        _group?.TryAdd(Identity.ProcessId);
        Input = _process.StandardInput.BaseStream;
        Output = _process.StandardOutput.BaseStream;
        Error = _process.StandardError.BaseStream;
        Exit = WaitForExitAsync();
    }

    /// <inheritdoc/>
    public ProcessIdentity Identity { get; }

    /// <inheritdoc/>
    public Task<int> Exit { get; }

    /// <inheritdoc/>
    public Stream Input { get; }

    /// <inheritdoc/>
    public Stream Output { get; }

    /// <inheritdoc/>
    public Stream Error { get; }

    /// <inheritdoc cref="Containment.StartAsync"/>
    public static async Task<IContainment> StartAsync(ContainedProcessSpec spec, CancellationToken cancellationToken)
    {
        var command = ContainmentLauncher.Prefix(spec.ParentDeath).Append(spec.FileName).Concat(spec.Arguments).ToList();
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = spec.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[spec.Marker.Name] = spec.Marker.Value;
        return new PosixContainment(await SpawnThread.StartAsync(start, cancellationToken), spec);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ProcessIdentity>> MembersAsync() => MembersOf(await SharedLook.TakeAsync());

    /// <inheritdoc/>
    public TreeUsage UsageIn(ProcessSnapshot snapshot)
    {
        var members = MembersIn(snapshot);
        var processorTime = members.Aggregate(TimeSpan.Zero, (sum, member) => sum + member.ProcessorTime);
        return new TreeUsage(members.Count, members.Sum(member => member.ResidentBytes), processorTime);
    }

    /// <inheritdoc/>
    public bool AskChild()
    {
        if (Exit.IsCompleted)
        {
            return false;
        }

        Signals.Send(Identity, Signal.Terminate);
        return true;
    }

    /// <inheritdoc/>
    public bool Ask(IReadOnlyList<ProcessIdentity> members)
    {
        foreach (var member in members)
        {
            Signals.Send(member, Signal.Terminate);
        }

        return true;
    }

    /// <inheritdoc/>
    public void KillAll()
    {
        _group?.Kill();
        new FrozenKill(() => MembersOf(ProcessSnapshot.Take()), Signals.Send).Strike();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A Process leaves streams that were handed out to whoever has them; their descriptors would wait for a finalizer.
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
        _process.Dispose();
        _group?.Dispose();
    }

    private IReadOnlyList<ProcessIdentity> MembersOf(ProcessSnapshot snapshot) => ProcessTable.Current is not null
        ? [.. MembersIn(snapshot).Select(member => member.Identity)]
        : Exit.IsCompleted ? [] : [Identity];

    private List<ProcessEntry> MembersIn(ProcessSnapshot snapshot) => _members.In(snapshot, _group?.Members() ?? []);

    private async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        SpawnThread.TryPost(started => started.Remove(Identity));
        return _process.ExitCode;
    }
}
