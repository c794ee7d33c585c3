using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The ends other than the orderly one.</summary>
internal static class Exits
{
    private const int ExitCodeOfSigterm = 128 + 15;

    private static volatile bool _ignoresRequests;

    /// <summary>From now on neither SIGTERM nor the end of stdin ends the process.</summary>
    public static void IgnoreRequests() => _ignoresRequests = true;

    /// <summary>What follows the end of stdin: nothing, or, where requests are ignored, a long wait.</summary>
    public static Task LingerAsync() => _ignoresRequests ? Task.Delay(TimingDirectives.LongestHang, TimeProvider.System) : Task.CompletedTask;

    /// <summary>SIGTERM ends the process at once, or is swallowed when the environment or a prompt says so.</summary>
    public static PosixSignalRegistration OnSigterm(AgentSettings settings) =>
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            if (!settings.IgnoresSigterm && !_ignoresRequests)
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
