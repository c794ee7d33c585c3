using System.Diagnostics;
using Sidecar.Benchmarks.Running;
using Sidecar.Tests.TestSupport;

namespace Sidecar.Benchmarks;

/// <summary>Busy is not dead: with all cores at work elsewhere no service may be taken for hung and restarted.</summary>
internal static class BusyRun
{
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(20);

    // It makes the services write a line for each probe that they answered.
    private static readonly (string Name, string Value) CountProbes = ("Logging__LogLevel__Microsoft.AspNetCore.Hosting.Diagnostics", "Information");

    private static readonly (string Name, string Value)[] ShortSettings =
    [
        ("Sidecar__Supervision__ProbeInterval", "00:00:01"),
        ("Sidecar__Supervision__ProbeTimeout", "00:00:01"),
        ("Sidecar__Supervision__FailureThreshold", "3"),
    ];

    public static async Task<int> RunAsync(string appHost, TimeSpan duration)
    {
        Console.WriteLine($"{Load.Threads} working threads on {Environment.ProcessorCount} cores, {duration.TotalSeconds:0} s");
        var quiet = await MeasureAsync("default settings", appHost, duration, CountProbes);
        var quick = await MeasureAsync("short settings", appHost, duration, [CountProbes, .. ShortSettings]);
        return quiet && quick ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(string name, string appHost, TimeSpan duration, params (string Name, string Value)[] settings)
    {
        using var folder = new TemporaryFolder();
        try
        {
            using var system = await RunningSystem.StartAsync(appHost, folder, settings);
            var (worker, api) = (system.Worker, system.SessionApi);
            using var load = new Load(duration);
            var answers = await AskAsync(system.Http, duration);
            var same = system.Service("SidecarWorker") == worker && system.Service("SessionApi") == api;
            var restarts = system.Output.Count(line => line.Contains("is started again", StringComparison.Ordinal));
            var probes = system.Output.Count(line =>
                line.Contains("Request finished", StringComparison.Ordinal) && line.Contains("/alive", StringComparison.Ordinal));
            Console.WriteLine(
                $"{name}: worker {worker.Id} and session API {api.Id} {(same ? "are the same" : "are NOT the same")}, restarts={restarts}, " +
                $"probes answered={probes - answers.Count}, slowest answer to us {answers.Max().TotalMilliseconds:0} ms of {answers.Count}");
            TestSignals.Terminate(system.AppHost);
            return await system.ExitAsync(StopDeadline) == 0 && same && restarts == 0;
        }
        finally
        {
            RunningSystem.KillMarked(folder);
        }
    }

    /// <summary>Asks the session API as the AppHost does, to know how close it comes to the probe's deadline.</summary>
    private static async Task<List<TimeSpan>> AskAsync(HttpClient http, TimeSpan duration)
    {
        var answers = new List<TimeSpan>();
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            var asked = Stopwatch.GetTimestamp();
            (await http.GetAsync(new Uri("/alive", UriKind.Relative))).Dispose();
            answers.Add(Stopwatch.GetElapsedTime(asked));
            await Task.Delay(AskInterval, TimeProvider.System);
        }

        return answers;
    }
}
