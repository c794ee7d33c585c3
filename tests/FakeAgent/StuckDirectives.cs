using System.Runtime.InteropServices;

namespace Sidecar.Tests.FakeAgent;

/// <summary>The ways in which a program stops answering: frozen, busy for ever, waiting for ever.</summary>
internal static class StuckDirectives
{
    private const int SigStop = 19;

    /// <summary>All threads stop here; SIGCONT lets the turn go on.</summary>
    public static Task FreezeAsync(Turn turn, Directive directive)
    {
        _ = Kill(Environment.ProcessId, SigStop);
        return Task.CompletedTask;
    }

    public static Task SpinAsync(Turn turn, Directive directive)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < TimingDirectives.LongestHang)
        {
            Thread.SpinWait(1000);
        }

        return GiveUp();
    }

    public static Task DeadlockAsync(Turn turn, Directive directive)
    {
        using var never = new ManualResetEventSlim();
        never.Wait(TimingDirectives.LongestHang);
        return GiveUp();
    }

    private static Task GiveUp()
    {
        Exits.Crash(70, "FakeAgent: nobody ended the stuck turn");
        return Task.CompletedTask;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
