using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sidecar.Supervision.Containment;

/// <summary>The signals of a stop.</summary>
internal enum Signal
{
    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,
}

/// <summary>Sends signals to processes whose identity was checked just before.</summary>
internal static partial class Signals
{
    /// <summary>Sends the signal if that very run is still alive. False when it was gone.</summary>
    [UnsupportedOSPlatform("windows")]
    public static bool Send(ProcessIdentity target, Signal signal) => target.IsAlive && Kill(target.ProcessId, (int)signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
