using System.Runtime.InteropServices;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The ways in which a program stops answering: frozen, busy for ever, waiting for ever.</summary>
internal static class StuckDirectives
{
    private const int SigStop = 19;

    /// <summary>All threads stop here; SIGCONT lets the turn go on.</summary>
    public static async Task FreezeAsync(Turn turn, Directive directive)
    {
        await turn.Agent.Output.FlushAsync();
        _ = Kill(Environment.ProcessId, SigStop);
    }

    public static async Task SpinAsync(Turn turn, Directive directive)
    {
        await turn.Agent.Output.FlushAsync();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimingDirectives.LongestHang)
        {
            Thread.SpinWait(1000);
        }

        GiveUp();
    }

    public static async Task DeadlockAsync(Turn turn, Directive directive)
    {
        await turn.Agent.Output.FlushAsync();
        using var never = new ManualResetEventSlim();
        never.Wait(TimingDirectives.LongestHang);
        GiveUp();
    }

    private static void GiveUp() => Exits.Crash(70, "FakeAgent: nobody ended the stuck turn");

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
