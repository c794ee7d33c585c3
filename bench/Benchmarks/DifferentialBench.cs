using System.Diagnostics;
using Sidecar.Tests.TestSupport.Churn;

namespace Sidecar.Benchmarks;

/// <summary>The long form of the differential test: a list that lived through thousands of changes against one from scratch.</summary>
internal static class DifferentialBench
{
    private const int StepsBetweenChecks = 20;

    public static async Task<int> RunAsync(string program, int steps, int seed)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await new DifferentialRun(program, seed, StepsBetweenChecks).RunAsync(steps);
            Console.WriteLine($"{steps} changes, {steps / StepsBetweenChecks} comparisons, seed {seed}: equal ({Stopwatch.GetElapsedTime(started).TotalSeconds:0} s)");
            return 0;
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException)
        {
            Console.WriteLine(exception.Message);
            return 1;
        }
    }
}
