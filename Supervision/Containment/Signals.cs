using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sidecar.Supervision.Containment;

/// <summary>The signals of a stop. The numbers are those of Linux and macOS where these two agree.</summary>
internal enum Signal
{
    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,

    /// <summary>SIGSTOP, which has another number on each system; see <see cref="Signals.Send"/>.</summary>
    Freeze = -1,
}

/// <summary>Sends signals to processes whose identity was checked just before.</summary>
internal static partial class Signals
{
    /// <summary>Sends the signal if that very run is still alive. False when it was gone.</summary>
    [UnsupportedOSPlatform("windows")]
    public static bool Send(ProcessIdentity target, Signal signal) => target.IsAlive && Kill(target.ProcessId, Number(signal)) == 0;

    private static int Number(Signal signal) => (signal, OperatingSystem.IsMacOS()) switch
    {
        (Signal.Freeze, true) => 17,
        (Signal.Freeze, false) => 19,
        _ => (int)signal,
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
