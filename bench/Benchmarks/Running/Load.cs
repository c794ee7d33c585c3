using System.Diagnostics;
using System.Globalization;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Running;

/// <summary>Work for all cores, twice over, at normal priority: a second process of this program that does only that and ends by itself.</summary>
internal sealed class Load : IDisposable
{
    public const string Command = "spin";

    private readonly Process _process;
    private readonly ProcessRun _run;

    public Load(TimeSpan duration)
    {
        var seconds = ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(Environment.ProcessPath!, [Command, $"{Threads}", seconds]);
        _run = ProcFs.Find(_process.Id) ?? default;
    }

    public static int Threads => Environment.ProcessorCount * 2;

    /// <summary>What the other process does.</summary>
    public static int Run(int threads, TimeSpan duration)
    {
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                Thread.SpinWait(1000);
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return 0;
    }

    public void Dispose()
    {
        TestSignals.Kill(_run);
        _process.Dispose();
    }
}
