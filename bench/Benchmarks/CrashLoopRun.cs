using System.Diagnostics;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>A service that dies each time it comes up is left alone after its budget, and then costs the AppHost nothing.</summary>
internal static class CrashLoopRun
{
    // The first run and the five restarts that are allowed within ten minutes (RestartOptions).
    private const int Runs = 6;
    private const double MostOfACore = 0.01;

    private static readonly TimeSpan LoopDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string appHost)
    {
        using var folder = new TemporaryFolder();
        try
        {
            using var system = await RunningSystem.StartAsync(appHost, folder);
            var worker = system.Worker;
            var started = Stopwatch.GetTimestamp();
            var kills = await KillUntilLeftAloneAsync(system);
            var loop = Stopwatch.GetElapsedTime(started);

            var before = ProcFs.ProcessorTime(system.AppHost.Id);
            await Task.Delay(Measured, TimeProvider.System);
            var used = (ProcFs.ProcessorTime(system.AppHost.Id) - before) / Measured;

            var isAlone = system.Service("SessionApi") is null;
            var workerIsSame = system.Service("SidecarWorker") == worker;
            TestSignals.Terminate(system.AppHost);
            var exitCode = await system.ExitAsync(StopDeadline);
            Console.WriteLine($"left alone after {kills} kills in {loop.TotalSeconds:0.0} s");
            Console.WriteLine($"AppHost afterwards: {used:P2} of a core over {Measured.TotalSeconds:0} s");
            Console.WriteLine($"not started again: {isAlone}, the worker is the same: {workerIsSame}, exit code of the stop: {exitCode}");
            return kills == Runs && used < MostOfACore && isAlone && workerIsSame && exitCode == 0 ? 0 : 1;
        }
        finally
        {
            RunningSystem.KillMarked(folder);
        }
    }

    private static async Task<int> KillUntilLeftAloneAsync(RunningSystem system)
    {
        var killed = new HashSet<ProcessRun>();
        await WaitFor.True(
            () =>
            {
                if (system.Service("SessionApi") is { } run && killed.Add(run))
                {
                    TestSignals.Kill(run);
                }

                return system.Output.Any(line => line.Contains("is left alone", StringComparison.Ordinal));
            },
            LoopDeadline,
            "the end of the restarts");
        return killed.Count;
    }
}
