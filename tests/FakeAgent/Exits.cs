using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The ends other than the orderly one.</summary>
internal static class Exits
{
    private const int ExitCodeOfSigterm = 128 + 15;

    /// <summary>SIGTERM ends the process at once, or is swallowed when the environment says so.</summary>
    public static PosixSignalRegistration OnSigterm(AgentSettings settings) =>
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            if (!settings.IgnoresSigterm)
            {
                Environment.Exit(ExitCodeOfSigterm);
            }
        });

    [DoesNotReturn]
    public static void Crash(int exitCode, string lastWords)
    {
        Console.Error.WriteLine(lastWords);
        Environment.Exit(exitCode);
    }
}
