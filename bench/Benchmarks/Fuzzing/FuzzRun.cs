using Sidecar.Benchmarks.Live;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>
/// Very many broken inputs of each kind: requests and frames against the whole running system, output of CLIs and transcripts against their
/// readers in this process. Nothing may crash, answer 500, take over a second or grow.
/// </summary>
internal static class FuzzRun
{
    private const int Kinds = 4;

    public static async Task<int> RunAsync(string appHost, int inputs, int seed)
    {
        Console.WriteLine($"seed {seed}");
        using var system = await LiveSystem.StartAsync(
            appHost, fakeAgent: null, sessions: 8, ("Sidecar__Live__MaxMessageRate", "1000000"), ("Logging__LogLevel__Default", "Error"));
        using var folder = new TemporaryFolder();
        var (sessionApi, worker) = (system.Running.SessionApi, system.Running.Worker);
        var each = inputs / Kinds;
        var isWell = Report(await RequestFuzz.RunAsync(system, each, seed));
        isWell &= Report(await FrameFuzz.RunAsync(system, each, seed));
        if (system.Running.SessionApi != sessionApi || system.Running.Worker != worker)
        {
            Console.WriteLine("  a service ended and was started anew");
            isWell = false;
        }

        isWell &= await system.StopAsync();
        isWell &= Report(await ReaderFuzz.AgentLinesAsync(each, seed));
        isWell &= Report(await ReaderFuzz.TranscriptLinesAsync(folder["fuzz.jsonl"], each, seed));
        return isWell ? 0 : 1;
    }

    private static bool Report(FuzzReport report)
    {
        Console.WriteLine(report);
        foreach (var fault in report.Faults)
        {
            Console.WriteLine($"  {fault}");
        }

        return report.IsWell;
    }
}
