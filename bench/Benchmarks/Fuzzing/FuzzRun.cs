using Sidecar.Benchmarks.Running;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks.Fuzzing;

/// <summary>
/// Very many broken inputs of each kind: requests and frames against the real program, output of CLIs and transcripts against their readers in
/// this process. Nothing may crash, answer 500, take over a second or grow.
/// </summary>
internal static class FuzzRun
{
    private const int Kinds = 4;

    public static async Task<int> RunAsync(string program, int inputs, int seed)
    {
        Console.WriteLine($"seed {seed}");
        using var folder = new TemporaryFolder();
        folder.CreateFolder("home", ".claude", "projects");
        using var server = ListServer.Launch(
            program, folder.Path, ("HOME", folder["home"]), ("Sidecar__Live__MaxMessageRate", "1000000"), ("Logging__LogLevel__Default", "Error"));
        await server.UntilCompleteAsync();
        var each = inputs / Kinds;
        var isWell = Report(await RequestFuzz.RunAsync(server, each, seed));
        isWell &= Report(await FrameFuzz.RunAsync(server, each, seed));
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
