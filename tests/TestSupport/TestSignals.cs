using System.Runtime.InteropServices;

namespace Sidecar.Tests.TestSupport;

/// <summary>Signals to processes that a test has started, and to nobody else.</summary>
public static class TestSignals
{
    private const int SigInt = 2;
    private const int SigTerm = 15;
    private const int SigKill = 9;
    private const int SigCont = 18;
    private const int SigStop = 19;

    /// <summary>What Ctrl+C sends.</summary>
    public static void Interrupt(ProcessRun run) => Send(run, SigInt);

    public static void Terminate(ProcessRun run) => Send(run, SigTerm);

    public static void Kill(ProcessRun run) => Send(run, SigKill);

    /// <summary>Freezes a process: the kernel still accepts connections for it, but it answers nothing.</summary>
    public static void Freeze(ProcessRun run) => Send(run, SigStop);

    /// <summary>Lets a frozen process go on.</summary>
    public static void Thaw(ProcessRun run) => Send(run, SigCont);

    private static void Send(ProcessRun run, int signal)
    {
        if (ProcFs.Exists(run))
        {
            _ = Kill(run.Id, signal); // an error means that it has gone in this moment
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
