using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sidecar.Supervision.Containment;

/// <summary>
/// Makes this process the new parent of every descendant whose own parent ends (prctl(2), PR_SET_CHILD_SUBREAPER), so that strays stay findable
/// by parent links. Who inherits children must also collect them when they end, or they stay as zombies. Linux only.
/// </summary>
public sealed partial class Subreaper : IDisposable
{
    private const int SetChildSubreaper = 36;
    private const int NoHang = 1;

    // Ends come in bursts, and a round costs a look at all processes.
    private static readonly TimeSpan Coalescing = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SlowInterval = TimeSpan.FromSeconds(10);

    private readonly PosixSignalRegistration _registration;
    private readonly ITimer _timer;
    private int _isDue;

    [SupportedOSPlatform("linux")]
    private Subreaper(TimeProvider time)
    {
        _timer = time.CreateTimer(_ => Collect(), null, SlowInterval, SlowInterval);
        // Not cancelled: the runtime collects the children that it has started itself on the same signal.
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => CollectSoon());
    }

    /// <summary>Begins. Null where the system has no such thing.</summary>
    public static Subreaper? Begin(TimeProvider time) =>
        OperatingSystem.IsLinux() && ProcessControl(SetChildSubreaper, 1, 0, 0, 0) == 0 ? new Subreaper(time) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }

    private void CollectSoon()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0)
        {
            _timer.Change(Coalescing, SlowInterval);
        }
    }

    private void Collect()
    {
        Volatile.Write(ref _isDue, 0);
        SpawnThread.TryPost(CollectInherited);
    }

    private static void CollectInherited(StartedChildren started)
    {
        if (ProcessTable.Current is not { } table)
        {
            return;
        }

        foreach (var child in started.Inherited(table))
        {
            _ = WaitForProcess(child.ProcessId, out _, NoHang);
        }
    }

    // The arguments after the first are unsigned long.
    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitForProcess(int processId, out int status, int options);
}
